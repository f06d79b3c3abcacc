package dev.flinkreranker.tests.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a topic holds.
 *
 * @param values the records' values by key, every occurrence
 */
public record TopicRecords(Map<String, List<String>> values) {

    /** Reads a topic from its beginning to its present end. */
    public static TopicRecords read(
            String bootstrapServers, String topic, IsolationLevel isolation) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        isolation.name().toLowerCase(Locale.ROOT),
                        "max.poll.records",
                        5000);
        Map<String, List<String>> values = new HashMap<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(
                                record ->
                                        values.computeIfAbsent(
                                                        record.key(), key -> new ArrayList<>())
                                                .add(record.value()));
            }
        }
        return new TopicRecords(values);
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
