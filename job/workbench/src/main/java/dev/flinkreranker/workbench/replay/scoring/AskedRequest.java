package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import java.util.List;

/**
 * A request, and what it gets.
 *
 * @param request as logged
 * @param under what it gets, one per configuration
 */
record AskedRequest(ReplayRequest request, List<Resolved> under) {
    /** Copies the list. */
    AskedRequest {
        under = List.copyOf(under);
    }
}
