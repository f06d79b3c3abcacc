package dev.flinkreranker.workbench.evaluation.measure;

import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The measures of a run, per query and as means.
 *
 * @param measures in the order asked for
 * @param perQuery value by measure, by query id; queries in code point order
 * @param counts how many queries stand behind the means
 */
public record Evaluation(
        List<Measure> measures, SortedMap<String, Map<Measure, Double>> perQuery, Counts counts) {

    /**
     * How many queries stand behind a mean.
     *
     * @param evaluated the mean's denominator
     * @param inRun queries the run ranks
     * @param inQrels queries that were judged
     * @param missingInRun judged, and not ranked
     * @param withoutJudgments ranked, and not judged; never part of a mean
     */
    public record Counts(
            int evaluated, int inRun, int inQrels, int missingInRun, int withoutJudgments) {}

    /** Which queries a mean is taken over. */
    public enum Averaging {
        /** Queries that the run ranks and somebody judged: trec_eval's default. */
        RANKED,
        /** All judged queries, with 0 for those the run lacks: trec_eval's {@code -c}. */
        COMPLETE
    }

    /** Copies what is mutable. */
    public Evaluation {
        measures = List.copyOf(measures);
        perQuery = Collections.unmodifiableSortedMap(new TreeMap<>(perQuery));
    }

    /** Evaluates a run. */
    public static Evaluation of(Run run, Qrels qrels, List<Measure> measures, Averaging averaging) {
        Set<String> both = new HashSet<>(run.queries());
        both.retainAll(qrels.queries());
        Set<String> evaluated = averaging == Averaging.COMPLETE ? qrels.queries() : both;
        SortedMap<String, Map<Measure, Double>> perQuery =
                new TreeMap<>(ScoredPassage::compareCodePoints);
        for (String query : evaluated) {
            RankingJudgment judgment = RankingJudgment.of(query, run.ranking(query), qrels);
            Map<Measure, Double> values = new LinkedHashMap<>();
            measures.forEach(measure -> values.put(measure, judgment.value(measure)));
            perQuery.put(query, Collections.unmodifiableMap(values));
        }
        Counts counts =
                new Counts(
                        evaluated.size(),
                        run.queries().size(),
                        qrels.queries().size(),
                        qrels.queries().size() - both.size(),
                        run.queries().size() - both.size());
        return new Evaluation(measures, perQuery, counts);
    }

    /** The mean of a measure over the evaluated queries; NaN when there are none. */
    public double mean(Measure measure) {
        double sum = 0;
        for (Map<Measure, Double> values : perQuery.values()) {
            sum += values.get(measure);
        }
        return sum / perQuery.size();
    }

    /** The means by name, for a gate. */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        measures.forEach(measure -> figures.put(measure.toString(), mean(measure)));
        return figures;
    }
}
