package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A parsed request.
 *
 * @param requestId chosen by the sender; 1 to 256 characters, none of them a control character
 * @param tenant who asks; {@link RequestParser#DEFAULT_TENANT} when the request names none
 * @param query may be empty
 * @param candidates at least one
 * @param overrides the settings that the request brings, by their names in a tenant's config, as
 *     they came; not checked yet
 */
public record RerankRequest(
        String requestId,
        String tenant,
        String query,
        List<Candidate> candidates,
        ObjectNode overrides) {

    /** Copies the candidates. */
    public RerankRequest {
        candidates = List.copyOf(candidates);
    }
}
