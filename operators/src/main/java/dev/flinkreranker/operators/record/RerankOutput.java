package dev.flinkreranker.operators.record;

import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.usage.UsageEntry;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request, ready to be written.
 *
 * @param destination where to
 * @param record what
 * @param usage what is counted for it, beside the record, which must not depend on a measurement;
 *     absent when its tenant is not known
 */
@Internal
public record RerankOutput(
        Destination destination, OutgoingRecord record, @Nullable UsageEntry usage) {

    /** Where a record goes. */
    public enum Destination {
        /** To the results. */
        RESULTS,
        /** To the dead letters. */
        DEAD_LETTERS,
        /** To the overflow topic, to be reranked later. */
        OVERFLOW
    }
}
