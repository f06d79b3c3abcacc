package dev.flinkreranker.workbench.clicks;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * How relevant clicks say that a document is: the share of views that would be clicked at the most
 * examined rank.
 *
 * @param estimate between 0 and 1
 * @param low lower end of the 95 % interval
 * @param high upper end of it
 * @param views views behind it
 * @param clicks clicks behind it
 */
record Relevance(double estimate, double low, double high, long views, long clicks) {

    /** Half the 95 % quantile of chi-squared with one degree of freedom. */
    private static final double DROP = 1.920729410347062;

    private static final int HALVINGS = 50;

    /**
     * With the interval of the likelihood ratio: the values under which what was seen is not less
     * likely than {@code exp(-DROP)} of its likelihood under the estimate. The examination is taken
     * as known.
     *
     * @param seen at ranks of known examination
     */
    static Relevance of(double estimate, List<RankClicks> seen, Map<Integer, Double> examination) {
        DoubleUnaryOperator likelihood = relevance -> logLikelihood(relevance, seen, examination);
        double least = likelihood.applyAsDouble(estimate) - DROP;
        return new Relevance(
                estimate,
                end(likelihood, least, estimate, 0),
                end(likelihood, least, estimate, 1),
                seen.stream().mapToLong(RankClicks::views).sum(),
                seen.stream().mapToLong(RankClicks::clicks).sum());
    }

    /** The likelihood has one maximum, so between it and a bound it crosses a value once. */
    private static double end(
            DoubleUnaryOperator likelihood, double least, double inside, double bound) {
        if (likelihood.applyAsDouble(bound) >= least) {
            return bound;
        }
        double in = inside;
        double out = bound;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (in + out) / 2;
            if (likelihood.applyAsDouble(middle) >= least) {
                in = middle;
            } else {
                out = middle;
            }
        }
        return in;
    }

    private static double logLikelihood(
            double relevance, List<RankClicks> seen, Map<Integer, Double> examination) {
        double sum = 0;
        for (RankClicks cell : seen) {
            // A rank that was examined never has no clicks, and says nothing.
            double e = examination.get(cell.rank());
            long passed = cell.views() - cell.clicks();
            sum += cell.clicks() == 0 ? 0 : cell.clicks() * Math.log(relevance);
            sum += passed == 0 ? 0 : passed * Math.log1p(-e * relevance);
        }
        return sum;
    }
}
