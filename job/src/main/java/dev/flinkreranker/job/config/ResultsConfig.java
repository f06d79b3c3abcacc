package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.result.ResultDelivery;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;

/**
 * Where results go: the section {@code results}.
 *
 * @param topic the topic
 * @param timestamp which timestamp they have; by default their event's
 * @param key what their key is, and so their partition: by default that of the event
 * @param replyTopics topics that a request may name in its header {@code reply-to}, to get its
 *     result there; its header {@code reply-partition} names a partition of that topic, or of
 *     {@code topic}. By default none, and the headers mean nothing
 */
public record ResultsConfig(
        String topic,
        TopicConfig.Timestamp timestamp,
        ResultDelivery.Key key,
        List<String> replyTopics) {

    /** Fills in defaults and checks. */
    @NullUnmarked
    public ResultsConfig {
        topic = FieldChecks.topic("topic", topic);
        timestamp = Objects.requireNonNullElse(timestamp, TopicConfig.Timestamp.EVENT);
        key = Objects.requireNonNullElse(key, ResultDelivery.Key.EVENT);
        replyTopics = replyTopics == null ? List.of() : List.copyOf(replyTopics);
        FieldChecks.topics("reply_topics", replyTopics);
    }
}
