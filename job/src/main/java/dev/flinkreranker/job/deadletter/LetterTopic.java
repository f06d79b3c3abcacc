package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.kafka.OffsetRange;
import dev.flinkreranker.job.kafka.PartitionReader;
import dev.flinkreranker.job.kafka.RawEventDeserializer;
import dev.flinkreranker.job.kafka.StalledReadException;
import dev.flinkreranker.job.kafka.TopicReader;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.event.RawEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.SortedMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** The dead letters of a job. No consumer group is joined and nothing is committed. */
final class LetterTopic implements AutoCloseable {

    /** Without the time for which a transaction of the job is open in its normal course. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String topic;
    private final Properties properties;
    private final TopicReader topicReader;
    private final Duration patience;

    private LetterTopic(JobConfig config) {
        this.topic = config.deadLetters().topic();
        this.properties = KafkaProperties.source(config);
        // The job's open transaction ends with its next checkpoint, so longer is not normal.
        Duration interval =
                Objects.requireNonNullElse(
                        config.delivery().checkpointInterval(), DeliveryConfig.CHECKPOINT_INTERVAL);
        this.patience = PATIENCE.plus(interval.multipliedBy(2));
        this.topicReader = reader("read_committed");
    }

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

    private TopicReader reader(String isolation) {
        Properties own = new Properties();
        own.putAll(properties);
        own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        return new TopicReader(own, topic);
    }

    /** What readers of committed records see now, by partition. */
    SortedMap<Integer, OffsetRange> committed() throws IOException {
        return ranges(topicReader);
    }

    /** All there is now, by partition; to read it is to wait for the end of open transactions. */
    SortedMap<Integer, OffsetRange> everything() throws IOException {
        try (TopicReader uncommitted = reader("read_uncommitted")) {
            return ranges(uncommitted);
        }
    }

    private SortedMap<Integer, OffsetRange> ranges(TopicReader from) throws IOException {
        SortedMap<Integer, OffsetRange> ranges;
        try {
            ranges = from.ranges();
        } catch (KafkaException e) {
            throw unanswered(e);
        }
        if (ranges.isEmpty()) {
            throw new IOException("there is no topic " + topic + " (dead_letters.topic)");
        }
        return ranges;
    }

    /** Reads what is committed in these ranges. */
    void read(SortedMap<Integer, OffsetRange> ranges, Reader reader) throws IOException {
        for (var range : ranges.entrySet()) {
            PartitionReader partition =
                    topicReader.read(range.getKey(), range.getValue(), patience);
            while (!partition.isDone()) {
                for (ConsumerRecord<byte[], byte[]> record : next(partition, range.getKey())) {
                    pass(RawEventDeserializer.event(record), reader);
                }
            }
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> next(PartitionReader from, int partition)
            throws IOException {
        try {
            return from.next();
        } catch (StalledReadException e) {
            throw new IOException(
                    ("%s gave nothing for %d s at offset %d of partition %d: an open transaction"
                                    + " ends there; it closes with the job's next checkpoint, or"
                                    + " after delivery.transaction_timeout")
                            .formatted(topic, patience.toSeconds(), e.offset(), partition),
                    e);
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
        topicReader.close();
    }
}
