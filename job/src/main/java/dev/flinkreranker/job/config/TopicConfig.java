package dev.flinkreranker.job.config;

/**
 * Where records go: the sections {@code results} and {@code dead_letters}.
 *
 * @param topic the topic
 */
public record TopicConfig(String topic) {

    /** Checks. */
    public TopicConfig {
        topic = FieldChecks.topic("topic", topic);
    }
}
