package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.usage.UsageEntry;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/** What became of an element. */
record RowOutput<T>(T value, Outcome outcome) {

    /**
     * One of ranking and refusal is there. Public because Flink reads it field by field.
     *
     * @param ranking the ranking
     * @param refusal why there is none
     * @param usage what is counted for it; absent when its tenant is not known
     */
    @Internal
    public record Outcome(
            @Nullable PassageRanking ranking,
            @Nullable Refusal refusal,
            @Nullable UsageEntry usage) {}

    static <T> RowOutput<T> of(T value, RankedResult result, long deviceNanos) {
        return new RowOutput<>(
                value,
                new Outcome(PassageRanking.of(result), null, UsageEntry.of(result, deviceNanos)));
    }

    static <T> RowOutput<T> of(T value, RejectedEventException why, long deviceNanos) {
        String tenant = why.tenant();
        return new RowOutput<>(
                value,
                new Outcome(
                        null,
                        Refusal.of(why),
                        tenant == null ? null : UsageEntry.deadLetter(tenant, deviceNanos)));
    }
}
