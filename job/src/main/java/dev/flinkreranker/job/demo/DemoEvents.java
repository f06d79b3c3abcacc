package dev.flinkreranker.job.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.evaluation.ScoredPassage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes events for the requests topic from a data set's queries and their first stage. */
final class DemoEvents {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DemoEvents() {}

    /**
     * One request a query, for each tenant, in the order of the data set; between them a few events
     * that no system should ever send.
     *
     * @param queries how many of the data set's queries, at most
     * @param candidates how many of the first stage's passages, from the top
     * @param tenants one request a query for each
     */
    static List<DemoEvent> of(DataSet data, int queries, int candidates, List<String> tenants)
            throws JsonProcessingException {
        List<DemoEvent> events = new ArrayList<>();
        int taken = 0;
        for (Map.Entry<String, String> query : data.queries().entrySet()) {
            List<ScoredPassage> ranking = data.firstStage().ranking(query.getKey());
            if (ranking.isEmpty()) {
                continue;
            }
            if (taken++ == queries) {
                break;
            }
            List<ScoredPassage> top = ranking.subList(0, Math.min(candidates, ranking.size()));
            for (String tenant : tenants) {
                ObjectNode request = MAPPER.createObjectNode();
                String id = requestId(tenant, query.getKey());
                request.put("request_id", id);
                request.put("tenant", tenant);
                request.put("query", query.getValue());
                ArrayNode documents = request.putArray("documents");
                for (ScoredPassage candidate : top) {
                    documents
                            .addObject()
                            .put("id", candidate.id())
                            .put("text", data.passages().get(candidate.id()).content())
                            .put("score", candidate.score());
                }
                events.add(new DemoEvent(id, MAPPER.writeValueAsBytes(request), null));
            }
        }
        List<DemoEvent> bad = bad(tenants.get(0));
        for (int i = 0; i < bad.size(); i++) {
            // Spread evenly, so that good requests come before and after each.
            events.add((i + 1) * events.size() / (bad.size() + 1), bad.get(i));
        }
        return events;
    }

    /** The id of the request that a tenant makes of a query. */
    static String requestId(String tenant, String queryId) {
        return tenant + "/" + queryId;
    }

    private static List<DemoEvent> bad(String tenant) {
        return List.of(
                bad("bad-syntax", "{\"request_id\": \"bad-syntax\", \"query\":", "cut in two"),
                bad(
                        "bad-query",
                        "{\"request_id\": \"bad-query\", \"tenant\": \"%s\", \"documents\": [\"a\"]}"
                                .formatted(tenant),
                        "no query"),
                bad(
                        "bad-documents",
                        "{\"request_id\": \"bad-documents\", \"tenant\": \"%s\", \"query\": \"q\", \"documents\": []}"
                                .formatted(tenant),
                        "no documents"));
    }

    private static DemoEvent bad(String id, String value, String defect) {
        return new DemoEvent(id, value.getBytes(StandardCharsets.UTF_8), defect);
    }
}
