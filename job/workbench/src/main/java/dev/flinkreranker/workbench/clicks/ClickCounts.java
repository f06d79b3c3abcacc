package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.workbench.clicks.ClickJoin.ViewedResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what was seen of each document of each query. Requests are of one query when tenant and
 * text are equal; a result without its query ({@code return_query}) is a query by itself.
 */
final class ClickCounts {
    private final Map<Query, Seen> queries = new LinkedHashMap<>();

    /**
     * A query that was asked.
     *
     * @param tenant who asked
     * @param text of the query; null when the results do not tell it
     * @param request the request's id where there is no text; else null
     */
    private record Query(String tenant, @Nullable String text, @Nullable String request) {}

    /** What was seen of a query: views and clicks by document and rank. */
    private record Seen(String id, Map<String, TreeMap<Integer, long[]>> documents) {}

    /**
     * What was seen of a document of a query.
     *
     * @param query id of the first request that asked the query
     * @param text of the query; null when the results do not tell it
     * @param document id of the document
     * @param ranks views and clicks, by rank
     */
    record Seeing(String query, @Nullable String text, String document, List<RankClicks> ranks) {}

    void add(ViewedResult joined) {
        RankedResult result = joined.result();
        Query query =
                new Query(
                        result.tenant(),
                        result.query(),
                        result.query() == null ? result.requestId() : null);
        Seen seen =
                queries.computeIfAbsent(
                        query, asked -> new Seen(result.requestId(), new HashMap<>()));
        for (ViewedDocument document : joined.viewed()) {
            long[] counts =
                    seen.documents()
                            .computeIfAbsent(document.id(), id -> new TreeMap<>())
                            .computeIfAbsent(document.position(), rank -> new long[2]);
            counts[0]++;
            counts[1] += document.clicked() ? 1 : 0;
        }
    }

    /** Queries in the order of their first requests, documents by id. */
    List<Seeing> list() {
        List<Seeing> all = new ArrayList<>();
        queries.forEach(
                (query, seen) ->
                        new TreeMap<>(seen.documents())
                                .forEach(
                                        (document, ranks) ->
                                                all.add(
                                                        new Seeing(
                                                                seen.id(),
                                                                query.text(),
                                                                document,
                                                                cells(ranks)))));
        return all;
    }

    private static List<RankClicks> cells(TreeMap<Integer, long[]> ranks) {
        return ranks.entrySet().stream()
                .map(e -> new RankClicks(e.getKey(), e.getValue()[0], e.getValue()[1]))
                .toList();
    }
}
