package dev.flinkreranker.workbench.evaluation.comparison;

import dev.flinkreranker.workbench.evaluation.measure.Evaluation;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two runs under the same judgments, over the queries that both were evaluated on.
 *
 * @param queries number of queries behind every figure
 * @param meanA mean of each measure for run A over those queries
 * @param meanB likewise for run B
 * @param deltas what the per-query differences B minus A say
 * @param perQuery difference B minus A by measure, by query, in code point order
 */
public record QualityComparison(
        int queries,
        Map<Measure, Double> meanA,
        Map<Measure, Double> meanB,
        Map<Measure, PairedDeltas> deltas,
        Map<String, Map<Measure, Double>> perQuery) {

    /** Seed of the bootstrap unless another one is asked for. */
    public static final long DEFAULT_SEED = 42;

    /**
     * Compares two evaluations made with the same measures.
     *
     * @throws IllegalArgumentException when they have no query in common
     */
    public static QualityComparison of(Evaluation a, Evaluation b, long seed) {
        List<String> queries =
                a.perQuery().keySet().stream().filter(b.perQuery()::containsKey).toList();
        if (queries.isEmpty()) {
            throw new IllegalArgumentException(
                    "no judged query is in both runs: are these qrels those of the runs?");
        }
        Map<Measure, Double> meanA = new LinkedHashMap<>();
        Map<Measure, Double> meanB = new LinkedHashMap<>();
        Map<Measure, PairedDeltas> deltas = new LinkedHashMap<>();
        Map<String, Map<Measure, Double>> perQuery = new LinkedHashMap<>();
        queries.forEach(query -> perQuery.put(query, new LinkedHashMap<>()));
        for (Measure measure : a.measures()) {
            double sumA = 0;
            double sumB = 0;
            double[] differences = new double[queries.size()];
            for (int i = 0; i < differences.length; i++) {
                double valueA = a.perQuery().get(queries.get(i)).get(measure);
                double valueB = b.perQuery().get(queries.get(i)).get(measure);
                differences[i] = valueB - valueA;
                sumA += valueA;
                sumB += valueB;
                perQuery.get(queries.get(i)).put(measure, differences[i]);
            }
            meanA.put(measure, sumA / differences.length);
            meanB.put(measure, sumB / differences.length);
            deltas.put(measure, PairedDeltas.of(differences, seed));
        }
        return new QualityComparison(
                queries.size(),
                Collections.unmodifiableMap(meanA),
                Collections.unmodifiableMap(meanB),
                Collections.unmodifiableMap(deltas),
                Collections.unmodifiableMap(perQuery));
    }

    /**
     * The queries with the largest change in a measure, largest first; queries with none left out.
     */
    public List<String> largestChanges(Measure measure, int count) {
        List<String> changed = new ArrayList<>(perQuery.keySet());
        changed.removeIf(query -> perQuery.get(query).get(measure) == 0);
        // The sort is stable, so equal changes stay in the order of the queries.
        changed.sort(
                Comparator.comparingDouble(query -> -Math.abs(perQuery.get(query).get(measure))));
        return List.copyOf(changed.subList(0, Math.min(count, changed.size())));
    }

    /**
     * Every figure by name, for a gate: {@code ndcg@10} is the mean difference B minus A, and
     * {@code ndcg@10.low}, {@code .high}, {@code .p}, {@code .a}, {@code .b} are its interval, the
     * p-value and the two means.
     */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        deltas.forEach(
                (measure, delta) -> {
                    figures.put(measure.toString(), delta.mean());
                    figures.put(measure + ".low", delta.low());
                    figures.put(measure + ".high", delta.high());
                    figures.put(measure + ".p", delta.pValue());
                    figures.put(measure + ".a", meanA.get(measure));
                    figures.put(measure + ".b", meanB.get(measure));
                });
        return figures;
    }
}
