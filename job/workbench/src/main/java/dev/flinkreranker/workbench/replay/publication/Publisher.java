package dev.flinkreranker.workbench.replay.publication;

import dev.flinkreranker.job.kafka.FencedTransactions;
import dev.flinkreranker.job.kafka.KafkaHeaders;
import dev.flinkreranker.operators.event.RecordHeader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The transactions of one publication, and the count of records that they have committed. At most
 * one process at a time: a newer one shuts an older one out.
 */
final class Publisher implements AutoCloseable {
    /** Between batches only a file is read; soon after a process died, readers go on. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

    private final String topic;
    private final String id;
    private final TopicPartition marker;
    private final FencedTransactions fenced;
    private final Consumer<byte[], byte[]> group;

    /** Ends whatever transaction of the publication another process left open. */
    Publisher(Properties kafka, String topic, String id) {
        this.topic = topic;
        this.id = id;
        // Group offsets belong to partitions; which one is of no matter.
        this.marker = new TopicPartition(topic, 0);
        this.group = group(kafka, id);
        try {
            this.fenced =
                    FencedTransactions.open(kafka, Publication.PREFIX + id, TRANSACTION_TIMEOUT);
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    /**
     * How many records were committed.
     *
     * @throws IOException when the broker does not know any more
     */
    long committed() throws IOException {
        OffsetAndMetadata offset = group.committed(Set.of(marker)).get(marker);
        if (offset == null) {
            throw new IOException(
                    ("the broker has forgotten how many results are in topic %s (group %s, after"
                                    + " offsets.retention.minutes): replay into another directory"
                                    + " and an empty topic")
                            .formatted(topic, Publication.PREFIX + id));
        }
        return offset.offset();
    }

    /** Sends the next records, not yet to be seen; returns how many, 0 at the end. */
    int send(ResultLines lines, int most) throws IOException {
        int sent = 0;
        ResultLines.Line line = lines.next();
        while (line != null) {
            fenced.send(record(line));
            sent++;
            line = sent < most ? lines.next() : null;
        }
        return sent;
    }

    /**
     * Makes what was sent seen, and the count of all with it, or neither.
     *
     * @throws org.apache.kafka.common.KafkaException what any of the records failed with
     */
    void commit(long count) {
        fenced.commit(Map.of(marker, new OffsetAndMetadata(count)), group.groupMetadata());
    }

    @Override
    public void close() {
        // Aborts what is open.
        fenced.close();
        group.close();
    }

    private ProducerRecord<byte[], byte[]> record(ResultLines.Line line) {
        Headers headers =
                KafkaHeaders.of(
                        List.of(
                                RecordHeader.ofText(
                                        Publication.CONFIGURATION, line.configuration()),
                                RecordHeader.ofText(Publication.REPLAY, id)));
        return new ProducerRecord<>(topic, null, line.key(), line.value(), headers);
    }

    /** Joins nothing: it only names the group and reads what is committed for it. */
    private static Consumer<byte[], byte[]> group(Properties kafka, String id) {
        Properties properties = new Properties();
        properties.putAll(kafka);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, Publication.PREFIX + id);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // What a transaction that is just ending commits is waited for.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
