package dev.flinkreranker.job.config;

import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;

/**
 * Where records go: the section {@code dead_letters}.
 *
 * @param topic the topic
 * @param timestamp which timestamp they have; by default their event's
 */
public record TopicConfig(String topic, Timestamp timestamp) {

    /** Which timestamp a record has. */
    public enum Timestamp {
        /** That of its event, if the topic takes it. */
        EVENT,
        /** The time at which it is written; a header has the event's. */
        NOW
    }

    /** Fills in defaults and checks. */
    @NullUnmarked
    public TopicConfig {
        topic = FieldChecks.topic("topic", topic);
        timestamp = Objects.requireNonNullElse(timestamp, Timestamp.EVENT);
    }
}
