package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.event.TopicLimits;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;

/**
 * Where results go.
 *
 * @param key what is the key of a result's record, and so decides its partition
 * @param topic what the topic of results takes
 * @param replyTopics what the topics take that a request may name instead, by name; where there are
 *     none, what a request names means nothing
 */
@Internal
public record ResultDelivery(
        Key key, TopicLimits.Reader topic, Map<String, TopicLimits.Reader> replyTopics)
        implements Serializable {

    /** What may be a record's key. */
    public enum Key {
        /** That of the request's record. */
        EVENT,
        /** The tenant's id. */
        TENANT,
        /** The request's id. */
        REQUEST_ID
    }

    /** A map that Java can serialize, with the order of its names. */
    public ResultDelivery {
        replyTopics = new TreeMap<>(replyTopics);
    }

    /** All results to one topic, with their requests' keys. */
    public static ResultDelivery to(TopicLimits.Reader topic) {
        return new ResultDelivery(Key.EVENT, topic, Map.of());
    }

    /**
     * What the reply topics take now, by name.
     *
     * @throws Exception if nobody answers, which fails the task
     */
    public Map<String, TopicLimits> readReplyTopics() throws Exception {
        Map<String, TopicLimits> limits = new HashMap<>();
        for (Map.Entry<String, TopicLimits.Reader> reply : replyTopics.entrySet()) {
            limits.put(reply.getKey(), reply.getValue().read());
        }
        return limits;
    }
}
