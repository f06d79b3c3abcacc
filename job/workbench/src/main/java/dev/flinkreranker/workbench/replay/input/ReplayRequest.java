package dev.flinkreranker.workbench.replay.input;

import dev.flinkreranker.operators.request.RerankRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logged request with ids that a run file can carry.
 *
 * @param request as the stream would take it; its id is without whitespace
 * @param ids of the candidates: their own, or else their place in the request from 0; unique,
 *     without whitespace
 */
public record ReplayRequest(RerankRequest request, List<String> ids) {
    /** Copies the ids. */
    public ReplayRequest {
        ids = List.copyOf(ids);
    }

    /** The request's id. */
    public String id() {
        return request.requestId();
    }

    /** The first stage's scores, by candidate; null where it gave none. */
    public List<@Nullable Float> firstStageScores() {
        return request.candidates().stream()
                .map(c -> c.firstStageScore() == null ? null : c.firstStageScore().floatValue())
                .toList();
    }
}
