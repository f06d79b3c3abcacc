package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.result.ResultDelivery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Each topic that results may go to, by the field that names it first. */
    public Map<String, String> topics() {
        Map<String, String> topics = new LinkedHashMap<>();
        topics.put("results.topic", topic);
        for (int i = 0; i < replyTopics.size(); i++) {
            if (!replyTopics.get(i).equals(topic)) {
                topics.put("results.reply_topics[" + i + "]", replyTopics.get(i));
            }
        }
        return topics;
    }
}
