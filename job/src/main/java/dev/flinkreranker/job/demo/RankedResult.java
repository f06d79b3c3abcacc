package dev.flinkreranker.job.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.job.evaluation.ScoredPassage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of the results topic, as far as the demo needs it.
 *
 * @param requestId the request's id
 * @param status how the request ended, such as {@code RANKED}
 * @param ranking the passages in the order of the result; empty unless they were ranked
 * @param pairs number of pairs scored
 * @param flops floating point operations, by the analytic count
 */
record RankedResult(
        String requestId, String status, List<ScoredPassage> ranking, int pairs, long flops) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Reads a record's value.
     *
     * @throws IOException when it is not a result
     */
    static RankedResult parse(byte[] value) throws IOException {
        JsonNode node = MAPPER.readTree(value);
        String status = node.required("status").asText();
        List<ScoredPassage> ranking = new ArrayList<>();
        for (JsonNode result : node.required("results")) {
            JsonNode score = result.path("relevance_score");
            if (score.isNumber()) {
                ranking.add(
                        new ScoredPassage(
                                result.required("id").asText(), (float) score.doubleValue()));
            }
        }
        JsonNode usage = node.path("usage");
        return new RankedResult(
                node.required("request_id").asText(),
                status,
                List.copyOf(ranking),
                usage.path("pairs").asInt(),
                usage.path("flops").asLong());
    }
}
