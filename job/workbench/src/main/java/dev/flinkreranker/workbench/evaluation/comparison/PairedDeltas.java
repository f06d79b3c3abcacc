package dev.flinkreranker.workbench.evaluation.comparison;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.inference.TTest;

/**
 * What the per-query differences of one measure say: B minus A, so above zero B is better.
 *
 * @param mean of the differences
 * @param wins queries where B is better
 * @param ties queries where the two differ by less than 1e-9
 * @param losses queries where A is better
 * @param pValue two-sided, of the paired t-test; NaN below two queries, 1 when nothing differs
 * @param low lower end of the 95 % bootstrap interval of the mean
 * @param high upper end of it
 */
public record PairedDeltas(
        double mean, int wins, int ties, int losses, double pValue, double low, double high) {

    private static final double TIE = 1e-9;
    private static final int RESAMPLES = 10_000;
    private static final double TAIL = 0.025;

    /**
     * Counts and tests differences.
     *
     * @param deltas one per query, at least one
     * @param seed of the bootstrap; the same seed gives the same interval
     */
    static PairedDeltas of(double[] deltas, long seed) {
        int wins = 0;
        int losses = 0;
        double sum = 0;
        for (double delta : deltas) {
            sum += delta;
            wins += delta >= TIE ? 1 : 0;
            losses += delta <= -TIE ? 1 : 0;
        }
        double[] means = bootstrapMeans(deltas, seed);
        return new PairedDeltas(
                sum / deltas.length,
                wins,
                deltas.length - wins - losses,
                losses,
                pValue(deltas),
                means[(int) Math.floor(TAIL * (RESAMPLES - 1))],
                means[(int) Math.ceil((1 - TAIL) * (RESAMPLES - 1))]);
    }

    private static double pValue(double[] deltas) {
        if (deltas.length < 2) {
            return Double.NaN;
        }
        double first = deltas[0];
        if (Arrays.stream(deltas).allMatch(delta -> delta == first)) {
            // No variance: the statistic is 0/0 or infinite.
            return Math.abs(first) < TIE ? 1 : 0;
        }
        return TTest.withDefaults().test(deltas).getPValue();
    }

    /** Means of resamples with replacement, in ascending order. */
    private static double[] bootstrapMeans(double[] deltas, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int j = 0; j < deltas.length; j++) {
                sum += deltas[random.nextInt(deltas.length)];
            }
            means[i] = sum / deltas.length;
        }
        Arrays.sort(means);
        return means;
    }
}
