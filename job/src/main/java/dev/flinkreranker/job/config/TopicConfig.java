package dev.flinkreranker.job.config;

import org.jspecify.annotations.NullUnmarked;

/**
 * Where records go: the sections {@code results} and {@code dead_letters}.
 *
 * @param topic the topic
 */
public record TopicConfig(String topic) {

    /** Checks. */
    @NullUnmarked
    public TopicConfig {
        topic = FieldChecks.topic("topic", topic);
    }
}
