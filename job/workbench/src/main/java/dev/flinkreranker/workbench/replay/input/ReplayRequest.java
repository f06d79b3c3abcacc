package dev.flinkreranker.workbench.replay.input;

import dev.flinkreranker.operators.request.RerankRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logged request with ids that a run file can carry.
 *
 * @param request as the stream would take it
 * @param id of the request, as run files carry it
 * @param ids of the candidates: their own, or else their place in the request from 0; unique, as
 *     run files carry them
 * @param encodedIds how many of all these ids are percent-encoded for that
 */
public record ReplayRequest(RerankRequest request, String id, List<String> ids, int encodedIds) {
    /** Copies the ids. */
    public ReplayRequest {
        ids = List.copyOf(ids);
    }

    /** The same without settings of its own. */
    public ReplayRequest withoutOverrides() {
        return new ReplayRequest(request.withoutOverrides(), id, ids, encodedIds);
    }

    /** The first stage's scores, by candidate; null where it gave none. */
    public List<@Nullable Float> firstStageScores() {
        return request.candidates().stream()
                .map(c -> c.firstStageScore() == null ? null : c.firstStageScore().floatValue())
                .toList();
    }
}
