package dev.flinkreranker.job.config;

import org.jspecify.annotations.NullUnmarked;

/**
 * Where requests wait that exceed their tenant's share of what is under way, so that they hold up
 * no others: the section {@code overflow}.
 *
 * @param topic a topic that this job alone writes and reads
 */
public record OverflowConfig(String topic) {

    /** Checks. */
    @NullUnmarked
    public OverflowConfig {
        topic = FieldChecks.topic("topic", topic);
    }
}
