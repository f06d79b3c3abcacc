package dev.flinkreranker.client;

import java.util.List;

/**
 * The answer to a request: the value of a record of the results topic.
 *
 * @param requestId as in the request
 * @param tenant as in the request
 * @param status {@link #RANKED}, or why documents have no scores: {@code PASSTHROUGH}, {@code
 *     TIMED_OUT}, {@code THROTTLED}, {@code FAILED}; {@link #PARTIAL} where the tenant asks for it
 * @param model alias of the model
 * @param query as in the request; null unless asked for
 * @param nothingRelevant whether no document is likely to be relevant; null where the tenant has no
 *     threshold for it, or not all of its stages have scored
 * @param results the documents, best first; in the order of the request where the status is neither
 *     {@link #RANKED} nor {@link #PARTIAL}
 * @param usage what it cost
 * @param meta the settings behind it
 */
public record RerankResult(
        String requestId,
        String tenant,
        String status,
        String model,
        String query,
        Boolean nothingRelevant,
        List<RankedDocument> results,
        Usage usage,
        Meta meta) {

    /** The status of a result whose documents are ranked by their scores. */
    public static final String RANKED = "RANKED";

    /** The status of a result whose documents are ranked by some of the tenant's stages alone. */
    public static final String PARTIAL = "PARTIAL";

    /** Copies the list. */
    public RerankResult {
        results = List.copyOf(results);
    }
}
