package dev.flinkreranker.operators.result;

import java.util.List;

/**
 * The answer to a request. A function of the request and its settings alone: no clock, no host, so
 * that a replay can be compared byte by byte.
 *
 * @param requestId as in the request
 * @param tenant as in the request
 * @param status how it fared
 * @param model alias of the model
 * @param results the documents, best first
 * @param usage what it cost
 * @param meta the settings behind it
 */
public record RankedResult(
        String requestId,
        String tenant,
        ResultStatus status,
        String model,
        List<RankedDocument> results,
        ResultUsage usage,
        ResultMeta meta) {

    /** Copies the documents. */
    public RankedResult {
        results = List.copyOf(results);
    }
}
