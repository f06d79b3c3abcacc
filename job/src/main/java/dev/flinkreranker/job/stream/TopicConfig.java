package dev.flinkreranker.job.stream;

/**
 * Where records go: the sections {@code results} and {@code dead_letters}.
 *
 * @param topic the topic
 */
public record TopicConfig(String topic) {

    /** Checks. */
    public TopicConfig {
        topic = Rules.topic("topic", topic);
    }
}
