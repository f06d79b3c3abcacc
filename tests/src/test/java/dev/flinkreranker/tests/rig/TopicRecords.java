package dev.flinkreranker.tests.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.flinkreranker.tests.support.TopicReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/**
 * What a topic holds.
 *
 * @param values the records' values by key, every occurrence
 */
public record TopicRecords(Map<String, List<String>> values) {

    /** Reads a topic from its beginning to its present end. */
    public static TopicRecords read(
            String bootstrapServers, String topic, IsolationLevel isolation) {
        Map<String, List<String>> values = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                new TopicReader(bootstrapServers, isolation).read(topic)) {
            values.computeIfAbsent(text(record.key()), key -> new ArrayList<>())
                    .add(text(record.value()));
        }
        return new TopicRecords(values);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    /** Records beyond the first of their key. */
    public int duplicates() {
        return values.values().stream().mapToInt(list -> list.size() - 1).sum();
    }

    /** Different keys. */
    public int distinct() {
        return values.size();
    }
}
