package dev.flinkreranker.client;

import java.util.List;

/**
 * A query and the documents to rank for it: the value of a record of the requests topic.
 *
 * <p>Every component after {@code documents} overrides the tenant's setting; which of them a tenant
 * may override is part of its config.
 *
 * @param requestId names the answer, 1 to 512 characters; best unique
 * @param tenant whose settings apply; null for {@code default}
 * @param query what to rank for
 * @param documents at least one
 * @param model alias of a model; null for the tenant's
 * @param cutoffLayers layers to score at, ascending; null for the tenant's
 * @param topN how many documents the result holds at most; null for the tenant's
 * @param minScore least score of a document in the result; null for the tenant's
 * @param returnDocuments whether the result repeats the documents; null for the tenant's
 * @param returnQuery whether the result repeats the query; null for the tenant's
 * @param deadlineMs milliseconds until the answer is no longer wanted; null for the tenant's
 */
public record RerankRequest(
        String requestId,
        String tenant,
        String query,
        List<Document> documents,
        String model,
        List<Integer> cutoffLayers,
        Integer topN,
        Double minScore,
        Boolean returnDocuments,
        Boolean returnQuery,
        Long deadlineMs) {

    /** Copies the lists. */
    public RerankRequest {
        documents = List.copyOf(documents);
        cutoffLayers = cutoffLayers == null ? null : List.copyOf(cutoffLayers);
    }

    /** With the tenant's settings. */
    public static RerankRequest of(
            String requestId, String tenant, String query, List<Document> documents) {
        return new RerankRequest(
                requestId, tenant, query, documents, null, null, null, null, null, null, null);
    }
}
