package dev.flinkreranker.job.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic to an end that is fixed before: first ask for the {@link #ranges}, then read each.
 * It joins no consumer group, commits nothing, and creates no topic. For one thread, and one
 * partition at a time. Its methods throw Kafka's own exceptions.
 */
public final class TopicReader implements AutoCloseable {

    private static final String ANSWER_WITHIN_MS = "30000";

    /**
     * How long a broker keeps a question for more than there is. Whoever leaves a partition or
     * closes waits for that answer, and Kafka's half a second would be most of a short command.
     */
    private static final String WAIT_FOR_MORE_MS = "20";

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;

    /**
     * Opens a consumer.
     *
     * @param client its properties: {@code bootstrap.servers} at least; {@code isolation.level}
     *     says which records are seen, and where the end is
     */
    public TopicReader(Properties client, String topic) {
        this.topic = topic;
        this.consumer =
                new KafkaConsumer<>(
                        properties(client),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    static Properties properties(Properties client) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // A broker that makes topics when they are asked for would make one of its own kind.
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, WAIT_FOR_MORE_MS);
        return properties;
    }

    /** What is there now, by partition; empty when there is no such topic. */
    public SortedMap<Integer, OffsetRange> ranges() {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            ranges.put(
                    partition.partition(),
                    new OffsetRange(first.get(partition), end.get(partition)));
        }
        return ranges;
    }

    /** Offsets of the first records of that time or later, for partitions that have one. */
    public Map<Integer, Long> firstSince(Instant time, Collection<Integer> partitions) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(
                partition -> times.put(new TopicPartition(topic, partition), time.toEpochMilli()));
        Map<Integer, Long> offsets = new HashMap<>();
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, found) -> {
                            if (found != null) {
                                offsets.put(partition.partition(), found.offset());
                            }
                        });
        return offsets;
    }

    /**
     * Begins to read a partition, and leaves the one that was read before.
     *
     * @param patience how long it may give nothing before its end
     */
    public PartitionReader read(int partition, OffsetRange range, Duration patience) {
        return new PartitionReader(consumer, new TopicPartition(topic, partition), range, patience);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
