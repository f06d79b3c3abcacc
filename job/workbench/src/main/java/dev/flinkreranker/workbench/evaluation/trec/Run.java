package dev.flinkreranker.workbench.evaluation.trec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A ranking of passages for each of many queries.
 *
 * @param tag the name the run gives itself in its last column
 * @param rankings by query id, in the order they were given; best passage first, in trec_eval's
 *     order, at least one passage, each once
 * @param ranksOnly whether only ranks are known, so that scores stand for them
 */
public record Run(String tag, Map<String, List<ScoredPassage>> rankings, boolean ranksOnly) {

    /**
     * Sorts every ranking into trec_eval's order.
     *
     * @throws IllegalArgumentException when a ranking is empty
     */
    public Run {
        Map<String, List<ScoredPassage>> sorted = new LinkedHashMap<>();
        rankings.forEach(
                (query, ranking) -> {
                    if (ranking.isEmpty()) {
                        throw new IllegalArgumentException("query " + query + " ranks nothing");
                    }
                    List<ScoredPassage> copy = new ArrayList<>(ranking);
                    copy.sort(ScoredPassage.TREC_ORDER);
                    sorted.put(query, Collections.unmodifiableList(copy));
                });
        rankings = Collections.unmodifiableMap(sorted);
    }

    /** Of known scores. */
    public Run(String tag, Map<String, List<ScoredPassage>> rankings) {
        this(tag, rankings, false);
    }

    /** The queries that have a ranking. */
    public Set<String> queries() {
        return rankings.keySet();
    }

    /** The ranking of a query, best first; empty when the run does not hold the query. */
    public List<ScoredPassage> ranking(String query) {
        return rankings.getOrDefault(query, List.of());
    }

    /**
     * The same without the passages that bear their query's own id, as in collections whose queries
     * are documents; a query that ranks nothing else is left out.
     */
    public Run withoutSelf() {
        Map<String, List<ScoredPassage>> others = new LinkedHashMap<>();
        rankings.forEach(
                (query, ranking) -> {
                    List<ScoredPassage> rest =
                            ranking.stream().filter(p -> !p.id().equals(query)).toList();
                    if (!rest.isEmpty()) {
                        others.put(query, rest);
                    }
                });
        return new Run(tag, others, ranksOnly);
    }
}
