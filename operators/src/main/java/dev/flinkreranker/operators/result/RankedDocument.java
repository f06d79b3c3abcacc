package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * One document of a result.
 *
 * @param index its place in the request, from 0
 * @param id as in the request; null when it had none, and absent on the wire
 * @param relevanceScore what it is ranked by, float32: the deepest layer's score, or its fusion
 *     with the first stage's; null when it has none
 * @param probability how probable it is that it is relevant, 0 to 1, float32, by the tenant's
 *     calibration; null, and absent on the wire, where there is none, or the last stage has not
 *     scored it
 * @param modelScore the deepest layer's score where {@code relevanceScore} is a fusion; null, and
 *     absent on the wire, elsewhere
 * @param firstStageScore the first stage's score, as in the request, where there is a fusion; null,
 *     and absent on the wire, elsewhere
 * @param scores by cutoff layer, ascending; null, and absent on the wire, unless several layers
 *     were asked for
 * @param document as in the request; null, and absent on the wire, unless asked for
 * @param error why this document alone has no score; null, and absent on the wire, when there is no
 *     such reason
 * @param stage number, from 1, of the stage that ranked it last, whose scores these are; null, and
 *     absent on the wire, where its tenant has no stages, or when none did
 */
@Internal
public record RankedDocument(
        int index,
        @JsonInclude(Include.NON_NULL) @Nullable JsonNode id,
        @JsonInclude(Include.ALWAYS) @Nullable Float relevanceScore,
        @JsonInclude(Include.NON_NULL) @Nullable Float probability,
        @JsonInclude(Include.NON_NULL) @Nullable Float modelScore,
        @JsonInclude(Include.NON_NULL) @Nullable Double firstStageScore,
        @JsonInclude(Include.NON_NULL) @Nullable Map<Integer, Float> scores,
        @JsonInclude(Include.NON_NULL) @Nullable JsonNode document,
        @JsonInclude(Include.NON_NULL) @Nullable String error,
        @JsonInclude(Include.NON_NULL) @Nullable Integer stage) {}
