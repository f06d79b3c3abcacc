package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.kafka.RawEventDeserializer;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.event.RawEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The dead letters of a job. No consumer group is joined and nothing is committed. */
final class LetterTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final String topic;
    private final Properties properties;
    private final Consumer<byte[], byte[]> consumer;
    private final Duration patience;

    private LetterTopic(JobConfig config) {
        this.topic = config.deadLetters().topic();
        this.properties = KafkaProperties.source(config);
        // The job's open transaction ends with its next checkpoint, so longer is not normal.
        this.patience = ANSWER_WITHIN.plus(config.delivery().checkpointInterval().multipliedBy(2));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.consumer = consumer("read_committed");
    }

    /** Offsets of a partition: {@code from} is the first, {@code to} the first beyond. */
    record Range(long from, long to) {}

    /** Takes the records of the topic, in the order of each partition. */
    interface Reader {

        /** A dead letter. */
        void letter(StoredLetter letter) throws IOException;

        /**
         * A mark: the letter was sent again.
         *
         * @param time when
         */
        default void sentAgain(LetterId letter, Instant time) {}

        /** A record that is neither. */
        default void other() {}
    }

    static LetterTopic open(JobConfig config) {
        return new LetterTopic(config);
    }

    private Consumer<byte[], byte[]> consumer(String isolation) {
        Properties own = new Properties();
        own.putAll(properties);
        own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What readers of committed records see now, by partition. */
    SortedMap<Integer, Range> committed() throws IOException {
        return ranges(consumer);
    }

    /** All there is now, by partition; to read it is to wait for the end of open transactions. */
    SortedMap<Integer, Range> everything() throws IOException {
        try (Consumer<byte[], byte[]> uncommitted = consumer("read_uncommitted")) {
            return ranges(uncommitted);
        }
    }

    private SortedMap<Integer, Range> ranges(Consumer<byte[], byte[]> client) throws IOException {
        try {
            List<PartitionInfo> infos = client.partitionsFor(topic, ANSWER_WITHIN);
            if (infos == null || infos.isEmpty()) {
                throw new IOException("there is no topic " + topic + " (dead_letters.topic)");
            }
            List<TopicPartition> partitions =
                    infos.stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            SortedMap<Integer, Range> ranges = new TreeMap<>();
            var first = client.beginningOffsets(partitions, ANSWER_WITHIN);
            var end = client.endOffsets(partitions, ANSWER_WITHIN);
            for (TopicPartition partition : partitions) {
                ranges.put(
                        partition.partition(), new Range(first.get(partition), end.get(partition)));
            }
            return ranges;
        } catch (KafkaException e) {
            throw unanswered(e);
        }
    }

    /** Reads what is committed in these ranges. */
    void read(SortedMap<Integer, Range> ranges, Reader reader) throws IOException {
        for (var range : ranges.entrySet()) {
            read(range.getKey(), range.getValue(), reader);
        }
    }

    private void read(int partition, Range range, Reader reader) throws IOException {
        TopicPartition source = new TopicPartition(topic, partition);
        consumer.assign(List.of(source));
        consumer.seek(source, range.from());
        long lastProgress = System.nanoTime();
        while (consumer.position(source) < range.to()) {
            long before = consumer.position(source);
            for (ConsumerRecord<byte[], byte[]> record : poll()) {
                if (record.offset() < range.to()) {
                    pass(RawEventDeserializer.event(record), reader);
                }
            }
            if (consumer.position(source) > before) {
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > patience.toNanos()) {
                throw new IOException(
                        ("%s gave nothing for %d s at offset %d of partition %d: an open"
                                        + " transaction ends there; it closes with the job's next checkpoint,"
                                        + " or after delivery.transaction_timeout")
                                .formatted(topic, patience.toSeconds(), before, partition));
            }
        }
    }

    private ConsumerRecords<byte[], byte[]> poll() throws IOException {
        try {
            return consumer.poll(POLL);
        } catch (KafkaException e) {
            throw unanswered(e);
        }
    }

    private static void pass(RawEvent record, Reader reader) throws IOException {
        Optional<Failure> failure = Failure.read(record.headers());
        if (failure.isPresent()) {
            reader.letter(new StoredLetter(record, failure.get()));
            return;
        }
        OptionalLong sentAgain = DeadLetter.sentAgain(record.headers());
        if (sentAgain.isPresent()) {
            reader.sentAgain(
                    new LetterId(record.partition(), sentAgain.getAsLong()),
                    Instant.ofEpochMilli(record.timestamp()));
        } else {
            reader.other();
        }
    }

    private IOException unanswered(KafkaException e) {
        return new IOException(
                "no answer about %s from %s: %s"
                        .formatted(
                                topic,
                                properties.getProperty(
                                        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG),
                                e.getMessage()),
                e);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
