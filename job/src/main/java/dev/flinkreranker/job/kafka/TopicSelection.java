package dev.flinkreranker.job.kafka;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Topics by name, or all that match a pattern.
 *
 * @param names topics; empty where a pattern decides
 * @param pattern a regular expression of the whole name; null where there are names
 */
public record TopicSelection(List<String> names, @Nullable String pattern) implements Serializable {

    /** Copies the names. */
    public TopicSelection {
        names = List.copyOf(names);
    }

    /** One topic. */
    public static TopicSelection of(String topic) {
        return new TopicSelection(List.of(topic), null);
    }

    /** Whether a topic is one of them. */
    public boolean takes(String topic) {
        return pattern == null ? names.contains(topic) : topic.matches(pattern);
    }

    /** For messages. */
    @Override
    public String toString() {
        return pattern == null ? String.join(", ", names) : "topics that match " + pattern;
    }
}
