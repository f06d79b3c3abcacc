package dev.flinkreranker.job.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Transactions under an id that one process has at a time. Whoever opens them ends the transaction
 * that another left open under the same id, and fences it: nothing of it commits from then on. So
 * what is read after opening still holds when a transaction commits, or it does not commit.
 *
 * <p>Its methods throw Kafka's own exceptions; {@link #isFenced} tells whether another came.
 */
public final class FencedTransactions implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private boolean open;

    /**
     * Takes over a producer that has a transactional id and was not used before.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker does not let it begin; the
     *     producer is closed then
     */
    public FencedTransactions(Producer<byte[], byte[]> producer) {
        this.producer = producer;
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            producer.close();
            throw e;
        }
    }

    /**
     * Opens a producer.
     *
     * @param client its properties, {@code bootstrap.servers} at least
     * @param timeout after which the broker gives up a transaction whose process died; as long is
     *     one open at most
     */
    public static FencedTransactions open(Properties client, String id, Duration timeout) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(timeout.toMillis()));
        return new FencedTransactions(
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** Whether another took the id over, as the exceptions of these methods tell it. */
    public static boolean isFenced(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    /** How many partitions a topic has. */
    public int partitions(String topic) {
        return producer.partitionsFor(topic).size();
    }

    /** Sends a record in the open transaction, or else in a new one. */
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        begin();
        return producer.send(record);
    }

    /** Waits until the broker has, or refuses, what was sent. */
    public void flush() {
        producer.flush();
    }

    /** Makes what was sent seen, all of it. */
    public void commit() {
        producer.commitTransaction();
        open = false;
    }

    /** Makes what was sent seen and commits offsets of a group with it, or neither. */
    public void commit(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        begin();
        producer.sendOffsetsToTransaction(offsets, group);
        commit();
    }

    private void begin() {
        if (!open) {
            producer.beginTransaction();
            open = true;
        }
    }

    /** Aborts what is open. */
    @Override
    public void close() {
        producer.close();
    }
}
