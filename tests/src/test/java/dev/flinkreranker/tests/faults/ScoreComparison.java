package dev.flinkreranker.tests.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.util.List;
import java.util.Map;

/**
 * Compares the results of two runs over the same requests.
 *
 * @param identical results that are equal byte by byte
 * @param rounded results that differ in the last digits of a score alone
 * @param different results that differ in more
 * @param largest difference of two scores
 */
record ScoreComparison(int identical, int rounded, int different, double largest) {

    /** Scores this near are one score: batches of another shape add up in another order. */
    static final double TOLERANCE = 1e-4;

    private static final ObjectMapper JSON = new ObjectMapper();

    static ScoreComparison of(TopicRecords results, TopicRecords reference)
            throws JsonProcessingException {
        int identical = 0;
        int rounded = 0;
        int different = 0;
        double largest = 0;
        for (String key : results.values().keySet()) {
            different += reference.values().containsKey(key) ? 0 : 1;
        }
        for (Map.Entry<String, List<String>> entry : reference.values().entrySet()) {
            String expected = entry.getValue().get(0);
            String actual = results.values().getOrDefault(entry.getKey(), List.of("{}")).get(0);
            if (expected.equals(actual)) {
                identical++;
                continue;
            }
            double distance = distance(JSON.readTree(expected), JSON.readTree(actual));
            largest = Math.max(largest, distance);
            if (distance <= TOLERANCE) {
                rounded++;
            } else {
                different++;
            }
        }
        return new ScoreComparison(identical, rounded, different, largest);
    }

    /** The largest difference of a document's score; infinite where anything else differs. */
    private static double distance(JsonNode expected, JsonNode actual) {
        JsonNode left = expected.path("results");
        JsonNode right = actual.path("results");
        if (left.size() != right.size()
                || !expected.path("status").equals(actual.path("status"))
                || !expected.path("usage").equals(actual.path("usage"))) {
            return Double.POSITIVE_INFINITY;
        }
        double distance = 0;
        for (JsonNode document : left) {
            double other = Double.POSITIVE_INFINITY;
            for (JsonNode candidate : right) {
                if (candidate.path("index").equals(document.path("index"))) {
                    other = candidate.path("relevance_score").asDouble();
                }
            }
            distance =
                    Math.max(
                            distance,
                            Math.abs(document.path("relevance_score").asDouble() - other));
        }
        return distance;
    }

    @Override
    public String toString() {
        return "scores against a run without faults: %d identical, %d within %.0e, %d different, largest difference %.1e"
                .formatted(identical, rounded, TOLERANCE, different, largest);
    }
}
