package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.comparison.PairedDeltas;
import dev.flinkreranker.workbench.evaluation.comparison.QualityComparison;
import dev.flinkreranker.workbench.evaluation.measure.Evaluation;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import dev.flinkreranker.workbench.replay.outcome.ConfigurationTally.Agreement;
import dev.flinkreranker.workbench.replay.outcome.RowAssembly.Assembled;
import dev.flinkreranker.workbench.report.ReportData.Difference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures of all contenders and their comparison with the first of them.
 *
 * @param measures headline first; empty without judged requests
 * @param evaluations one per contender; empty without judged requests
 * @param comparisons one per contender, null for the baseline; empty without judged requests
 */
record Quality(
        List<Measure> measures,
        List<Evaluation> evaluations,
        List<@Nullable QualityComparison> comparisons) {

    static Quality of(
            List<Contender> contenders,
            Assembled assembled,
            Qrels qrels,
            List<Measure> measures,
            long seed) {
        if (assembled.runs().get(0).isEmpty()) {
            return new Quality(List.of(), List.of(), List.of());
        }
        List<Evaluation> evaluations = new ArrayList<>();
        List<QualityComparison> comparisons = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            Map<String, List<ScoredPassage>> rankings = assembled.runs().get(i);
            Run run = new Run(contenders.get(i).name(), rankings);
            Evaluation evaluation =
                    Evaluation.of(run, qrels, measures, Evaluation.Averaging.RANKED);
            evaluations.add(evaluation);
            comparisons.add(
                    i == 0 ? null : QualityComparison.of(evaluations.get(0), evaluation, seed));
        }
        return new Quality(measures, evaluations, comparisons);
    }

    boolean labelled() {
        return !measures.isEmpty();
    }

    Measure headline() {
        return measures.get(0);
    }

    /** The means of a contender, one per measure. */
    List<Double> means(int contender) {
        return !labelled()
                ? List.of()
                : measures.stream().map(evaluations.get(contender)::mean).toList();
    }

    /** The headline measure of a request under a contender; null when it was not judged. */
    @Nullable Double value(int contender, String request) {
        Map<Measure, Double> values = evaluations.get(contender).perQuery().get(request);
        return values == null ? null : values.get(headline());
    }

    /** A contender against the baseline; null for the baseline. */
    @Nullable Difference difference(int contender, ConfigurationTally tally) {
        if (contender == 0) {
            return null;
        }
        Agreement agreement = tally.agreement();
        PairedDeltas deltas =
                labelled() ? comparisons.get(contender).deltas().get(headline()) : null;
        return new Difference(
                deltas == null ? null : deltas.mean(),
                deltas == null ? null : deltas.low(),
                deltas == null ? null : deltas.high(),
                deltas == null || Double.isNaN(deltas.pValue()) ? null : deltas.pValue(),
                deltas == null ? null : deltas.wins(),
                deltas == null ? null : deltas.ties(),
                deltas == null ? null : deltas.losses(),
                agreement.overlap(),
                agreement.rankBiasedOverlap(),
                Double.isNaN(agreement.kendallTau()) ? null : agreement.kendallTau(),
                agreement.changedTop());
    }

    /** A contender against another by the headline measure. */
    PairedDeltas against(int other, int contender, long seed) {
        return QualityComparison.of(evaluations.get(other), evaluations.get(contender), seed)
                .deltas()
                .get(headline());
    }

    /** Every figure of a contender against the baseline by name, for a gate. */
    Map<String, Double> figures(int contender, ConfigurationTally tally) {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (labelled()) {
            figures.putAll(comparisons.get(contender).figures());
        }
        Agreement agreement = tally.agreement();
        figures.put("overlap@" + RowAssembly.TOP, agreement.overlap());
        figures.put("rbo", agreement.rankBiasedOverlap());
        figures.put("tau", agreement.kendallTau());
        figures.put("changed_top1", agreement.changedTop());
        return figures;
    }
}
