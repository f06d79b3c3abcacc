package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Resolved;

/**
 * What a request takes of the window while it is under way.
 *
 * @param tenant whose it is
 * @param pairs how many are scored at most in one stage
 * @param bytes of the heap, as {@link Resolved#heapBytes} counts them
 */
record Place(String tenant, int pairs, long bytes) {

    static Place of(Resolved resolved, RerankRequest request) {
        return new Place(
                request.tenant(),
                resolved.settings().scoredOf(request.candidates().size()),
                resolved.heapBytes());
    }
}
