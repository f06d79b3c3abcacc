package dev.flinkreranker.workbench.clicks;

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

    /** The 97.5 % quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    /** Requests of which something was viewed. */
    public long requests() {
        return winsA + ties + winsB;
    }

    /** B's share of the requests that one side won; NaN when there are none. */
    public double share() {
        return (double) winsB / decided();
    }

    /** Lower end of the share's 95 % interval (Wilson's score); 0 when no request is decided. */
    public double low() {
        return decided() == 0 ? 0 : Math.max(0, center() - half());
    }

    /** Upper end of it; 1 when no request is decided. */
    public double high() {
        return decided() == 0 ? 1 : Math.min(1, center() + half());
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

    private double center() {
        return (winsB + Z * Z / 2) / (decided() + Z * Z);
    }

    private double half() {
        double n = decided();
        return Z / (n + Z * Z) * Math.sqrt((double) winsA * winsB / n + Z * Z / 4);
    }
}
