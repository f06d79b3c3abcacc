package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * One document of a request.
 *
 * @param id a JSON string or integer, given back in the result as it came; null when it has none
 * @param text the passage; may be empty
 * @param firstStageScore the score of the stage before; null when it has none
 * @param source the whole object as it came, for {@code return_documents}; for a document that came
 *     as a string, {@code {"text": …}}; null where it was let go
 */
@Internal
public record Candidate(
        @Nullable JsonNode id,
        String text,
        @JsonProperty("score") @Nullable Double firstStageScore,
        @JsonIgnore @Nullable ObjectNode source) {}
