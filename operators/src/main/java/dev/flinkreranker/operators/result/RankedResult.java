package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request. A function of the request and its settings alone: no clock, no host, so
 * that a replay can be compared byte by byte.
 *
 * @param requestId as in the request
 * @param tenant as in the request
 * @param status how it fared
 * @param model alias of the model
 * @param query as in the request; null, and absent on the wire, unless asked for
 * @param nothingRelevant whether no document is likely to be relevant, by the threshold of the
 *     tenant's calibration; null, and absent on the wire, where there is none, or the last stage
 *     has not scored
 * @param results the documents, best first
 * @param usage what it cost
 * @param meta the settings behind it
 */
@Internal
public record RankedResult(
        String requestId,
        String tenant,
        ResultStatus status,
        String model,
        @JsonInclude(Include.NON_NULL) @Nullable String query,
        @JsonInclude(Include.NON_NULL) @Nullable Boolean nothingRelevant,
        List<RankedDocument> results,
        ResultUsage usage,
        ResultMeta meta) {

    /** Copies the documents. */
    public RankedResult {
        results = List.copyOf(results);
    }
}
