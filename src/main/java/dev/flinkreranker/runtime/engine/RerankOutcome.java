package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.DeclaredScore;
import java.util.List;

/** How a {@link RerankTask} ended. Never an invented score. */
public sealed interface RerankOutcome {

    /**
     * Every passage was scored, or failed for a reason of its own.
     *
     * @param scores one per passage, in the order of the task
     * @param declared what the model's folder says of such scores
     * @param dtype number format that the model computed in, such as {@code bfloat16}
     * @param usage what it cost
     * @param deviceNanos how long the device was busy with it, its shares of batches added up; a
     *     measurement, 0 for scores of the cache
     * @param waitNanos how long it was until the device began with it; likewise
     */
    record Scored(
            List<PassageScore> scores,
            DeclaredScore declared,
            String dtype,
            Usage usage,
            long deviceNanos,
            long waitNanos)
            implements RerankOutcome {
        /** Copies the list. */
        public Scored {
            scores = List.copyOf(scores);
        }
    }

    /** The timeout passed before every passage was scored. */
    record TimedOut() implements RerankOutcome {}

    /** The tenant had too much under way. */
    record Throttled() implements RerankOutcome {}

    /**
     * The request cannot be scored, for a reason of its own or of its model.
     *
     * @param reason one line for a person: what, where, what to do
     */
    record Failed(String reason) implements RerankOutcome {}
}
