package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.comparison.OrderComparison;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import dev.flinkreranker.workbench.report.ReportData.Cost;
import java.util.Map;

/** Sums up one configuration, request by request, in constant memory. */
final class ConfigurationTally {
    private final ScoreBins scores = new ScoreBins();
    private final ScoreBins labelledScores = new ScoreBins();
    private final TimeBins times = new TimeBins();
    private long requests;
    private long pairs;
    private long tokens;
    private long truncated;
    private long unscorable;
    private double flops;
    private double deviceSeconds;
    private double overlap;
    private double rankBiasedOverlap;
    private double tau;
    private long tauRequests;
    private long changedTop;

    /**
     * Agreement with the baseline, as means over the requests.
     *
     * @param overlap share of the first ten that both have
     * @param rankBiasedOverlap with p = 0.9
     * @param kendallTau tau-b, over the requests where it is defined; NaN when there are none
     * @param changedTop share of requests with another first candidate than the baseline's
     */
    record Agreement(
            double overlap, double rankBiasedOverlap, double kendallTau, double changedTop) {}

    /** Counts one request. */
    void add(ReplayRow.Outcome outcome) {
        pairs += outcome.scores().size();
        tokens += outcome.tokens();
        truncated += outcome.truncated();
        unscorable += outcome.scores().stream().filter(score -> score == null).count();
        flops += outcome.flops();
        deviceSeconds += outcome.deviceNanos() / 1e9;
        times.add(outcome.deviceNanos());
    }

    /** Counts the scores of one request; grades are above zero for relevant candidates. */
    void add(CandidateOrder ranking, Map<String, Integer> grades) {
        for (int i = 0; i < ranking.ids().size(); i++) {
            Float score = ranking.score(i);
            if (score != null) {
                scores.add(score);
                if (grades.getOrDefault(ranking.ids().get(i), 0) > 0) {
                    labelledScores.add(score);
                }
            }
        }
    }

    /** Counts how one request's order agrees with the baseline's. */
    void add(OrderComparison comparison) {
        requests++;
        overlap += comparison.overlap();
        rankBiasedOverlap += comparison.rankBiasedOverlap();
        if (!Double.isNaN(comparison.kendallTauB())) {
            tau += comparison.kendallTauB();
            tauRequests++;
        }
        changedTop += comparison.changedFirst() > 0 ? 1 : 0;
    }

    ScoreBins scores() {
        return scores;
    }

    ScoreBins labelledScores() {
        return labelledScores;
    }

    long unscorable() {
        return unscorable;
    }

    Agreement agreement() {
        return new Agreement(
                overlap / requests,
                rankBiasedOverlap / requests,
                tau / tauRequests,
                (double) changedTop / requests);
    }

    Cost cost() {
        return new Cost(
                pairs,
                tokens,
                truncated,
                flops,
                deviceSeconds,
                times.percentileMillis(0.5),
                times.percentileMillis(0.95),
                times.percentileMillis(0.99));
    }
}
