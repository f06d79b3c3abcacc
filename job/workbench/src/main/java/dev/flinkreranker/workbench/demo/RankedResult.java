package dev.flinkreranker.workbench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.workbench.evaluation.ScoredPassage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A record of the results topic, as far as the demo needs it.
 *
 * @param requestId the request's id
 * @param passages in the order of the result; only those with a score
 * @param pairs number of pairs scored
 */
record RankedResult(String requestId, List<Scores> passages, int pairs) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * The scores of one passage.
     *
     * @param id of the passage
     * @param relevance the deepest layer's score
     * @param byLayer score by layer; empty when one layer was asked for
     */
    record Scores(String id, float relevance, Map<Integer, Float> byLayer) {}

    /**
     * Reads a record's value.
     *
     * @throws IOException when it is not a result
     */
    static RankedResult parse(byte[] value) throws IOException {
        JsonNode node = MAPPER.readTree(value);
        List<Scores> passages = new ArrayList<>();
        for (JsonNode result : node.required("results")) {
            JsonNode score = result.path("relevance_score");
            if (score.isNumber()) {
                Map<Integer, Float> byLayer = new HashMap<>();
                result.path("scores")
                        .properties()
                        .forEach(
                                layer ->
                                        byLayer.put(
                                                Integer.valueOf(layer.getKey()),
                                                (float) layer.getValue().doubleValue()));
                passages.add(
                        new Scores(
                                result.required("id").asText(),
                                (float) score.doubleValue(),
                                byLayer));
            }
        }
        return new RankedResult(
                node.required("request_id").asText(),
                List.copyOf(passages),
                node.path("usage").path("pairs").asInt());
    }

    /** Whether no passage has a score: the request failed, timed out or was passed through. */
    boolean isUnranked() {
        return passages.isEmpty();
    }

    /** The passages ranked by the score of a layer, or by relevance where there is but one. */
    List<ScoredPassage> ranking(int layer) {
        return passages.stream()
                .map(
                        passage ->
                                new ScoredPassage(
                                        passage.id(),
                                        passage.byLayer().getOrDefault(layer, passage.relevance())))
                .toList();
    }
}
