package dev.flinkreranker.workbench.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.workbench.dataset.DataSet;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes events for the requests topic from a data set's queries and their first stage. */
final class DemoEvents {

    /** The tenant of all requests. */
    static final String TENANT = "demo";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DemoEvents() {}

    /**
     * One request a query, the queries taken evenly from the whole set; between them a few events
     * that no system should ever send.
     *
     * @param queries how many of the data set's queries, at most
     * @param candidates how many of the first stage's passages, from the top
     */
    static List<DemoEvent> of(DataSet data, int queries, int candidates)
            throws JsonProcessingException {
        List<String> all =
                data.queries().keySet().stream()
                        .filter(data.firstStage().queries()::contains)
                        .toList();
        int count = Math.min(queries, all.size());
        List<DemoEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(good(data, all.get(i * all.size() / count), candidates));
        }
        List<DemoEvent> bad = bad();
        for (int i = 0; i < bad.size(); i++) {
            // Spread evenly, so that good requests come before and after each.
            events.add((i + 1) * events.size() / (bad.size() + 1), bad.get(i));
        }
        return events;
    }

    /** The id of a query's request. */
    static String requestId(String queryId) {
        return "claim-" + queryId;
    }

    private static DemoEvent good(DataSet data, String queryId, int candidates)
            throws JsonProcessingException {
        List<ScoredPassage> ranking = data.firstStage().ranking(queryId);
        ObjectNode request = MAPPER.createObjectNode();
        request.put("request_id", requestId(queryId));
        request.put("tenant", TENANT);
        request.put("query", data.queries().get(queryId));
        ArrayNode documents = request.putArray("documents");
        for (ScoredPassage candidate : ranking.subList(0, Math.min(candidates, ranking.size()))) {
            documents
                    .addObject()
                    .put("id", candidate.id())
                    .put("text", data.passages().get(candidate.id()).content())
                    .put("score", candidate.score());
        }
        return new DemoEvent(requestId(queryId), MAPPER.writeValueAsBytes(request), null);
    }

    private static List<DemoEvent> bad() {
        return List.of(
                bad("bad-syntax", "{\"request_id\": \"bad-syntax\", \"query\":", "cut in two"),
                bad(
                        "bad-query",
                        "{\"request_id\": \"bad-query\", \"tenant\": \"%s\", \"documents\": [\"a\"]}"
                                .formatted(TENANT),
                        "no query"),
                bad(
                        "bad-documents",
                        "{\"request_id\": \"bad-documents\", \"tenant\": \"%s\", \"query\": \"q\", \"documents\": []}"
                                .formatted(TENANT),
                        "no documents"));
    }

    private static DemoEvent bad(String id, String value, String defect) {
        return new DemoEvent(id, value.getBytes(StandardCharsets.UTF_8), defect);
    }
}
