package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.workbench.evaluation.comparison.Proportion;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * Which of two interleaved configurations people clicked more. A request is won by the side whose
 * documents got more clicks; requests with as many on both sides, none included, are ties and have
 * no part in the share.
 *
 * @param tenant whose requests
 * @param name of the second configuration, B; A is the tenant's own
 * @param winsA requests that A won
 * @param ties requests that neither won
 * @param winsB requests that B won
 */
public record InterleavedWins(String tenant, String name, long winsA, long ties, long winsB) {

    /** Requests of which something was viewed. */
    public long requests() {
        return winsA + ties + winsB;
    }

    /** B's share of the requests that one side won; NaN when there are none. */
    public double share() {
        return ofB().share();
    }

    /** Lower end of the share's 95 % interval (Wilson's score); 0 when no request is decided. */
    public double low() {
        return ofB().low();
    }

    /** Upper end of it; 1 when no request is decided. */
    public double high() {
        return ofB().high();
    }

    /**
     * How likely shares as far from a half are when neither side is better: two-sided, exact; NaN
     * when no request is decided.
     */
    public double pValue() {
        if (decided() == 0) {
            return Double.NaN;
        }
        // Twice one tail, as a half is symmetric: the library's two-sided test compares
        // probabilities for equality, and rounding lets it lose one.
        double tail =
                BinomialTest.withDefaults()
                        .with(AlternativeHypothesis.GREATER_THAN)
                        .test(
                                Math.toIntExact(decided()),
                                Math.toIntExact(Math.max(winsA, winsB)),
                                0.5)
                        .getPValue();
        return Math.min(1, 2 * tail);
    }

    private long decided() {
        return winsA + winsB;
    }

    private Proportion ofB() {
        return new Proportion(winsB, decided());
    }
}
