package dev.flinkreranker.operators;

import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import org.apache.flink.annotation.Internal;

/**
 * A request that waits for its tenant's config: what the state of the operator "hold" keeps.
 *
 * @param event a request that parses
 * @param sinceMs when it began to wait, milliseconds since the epoch
 */
@Internal
public record HeldRequest(RawEvent event, long sinceMs) {

    /** What it counts for, about. */
    public long bytes() {
        return new OutgoingRecord(event.key(), event.value(), event.headers()).size();
    }
}
