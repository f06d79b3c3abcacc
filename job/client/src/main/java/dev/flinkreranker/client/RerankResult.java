package dev.flinkreranker.client;

import java.util.List;

/**
 * The answer to a request: the value of a record of the results topic.
 *
 * @param requestId as in the request
 * @param tenant as in the request
 * @param status {@link #RANKED}, or why documents have no scores: {@code PASSTHROUGH}, {@code
 *     TIMED_OUT}, {@code THROTTLED}, {@code FAILED}; later versions may have more
 * @param model alias of the model
 * @param query as in the request; null unless asked for
 * @param results the documents, best first; in the order of the request where the status is not
 *     {@link #RANKED}
 * @param usage what it cost
 * @param meta the settings behind it
 */
public record RerankResult(
        String requestId,
        String tenant,
        String status,
        String model,
        String query,
        List<RankedDocument> results,
        Usage usage,
        Meta meta) {

    /** The status of a result whose documents are ranked by their scores. */
    public static final String RANKED = "RANKED";

    /** Copies the list. */
    public RerankResult {
        results = List.copyOf(results);
    }
}
