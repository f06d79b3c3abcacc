package dev.flinkreranker.workbench.evaluation.trec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Relevance judgments.
 *
 * @param judgments grade by passage id, by query id; above zero is relevant, zero is judged and not
 *     relevant, below zero counts as not judged (trec_eval's reading)
 */
public record Qrels(Map<String, Map<String, Integer>> judgments) {

    /** Copies the judgments; the order of queries stays. */
    public Qrels {
        Map<String, Map<String, Integer>> copy = new LinkedHashMap<>();
        judgments.forEach(
                (query, grades) ->
                        copy.put(query, Collections.unmodifiableMap(new LinkedHashMap<>(grades))));
        judgments = Collections.unmodifiableMap(copy);
    }

    /** The queries with at least one judgment. */
    public Set<String> queries() {
        return judgments.keySet();
    }

    /** The grades of a query by passage id; empty when the query was not judged. */
    public Map<String, Integer> grades(String query) {
        return judgments.getOrDefault(query, Map.of());
    }

    /** The grade of a passage, or empty when it was not judged. */
    public OptionalInt grade(String query, String passage) {
        Integer grade = grades(query).get(passage);
        return grade == null || grade < 0 ? OptionalInt.empty() : OptionalInt.of(grade);
    }
}
