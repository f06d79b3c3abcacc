package dev.flinkreranker.tests.upgrade;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What stood in Kafka when a savepoint was taken: enough to make a new broker fit it.
 *
 * @param requests everything in the requests topic, each partition in its order
 * @param transactions those that the savepoint will commit
 */
record KafkaContent(List<Event> requests, List<OpenTransaction> transactions) {

    /** One record. */
    record Event(String topic, int partition, String key, String value) {

        ProducerRecord<byte[], byte[]> record() {
            return new ProducerRecord<>(
                    topic,
                    partition,
                    key.getBytes(StandardCharsets.UTF_8),
                    value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * A transaction whose records were written, but not committed.
     *
     * @param id its transactional id
     * @param producerId given by the broker, from 0 upwards
     * @param epoch of the producer
     * @param records what it holds
     */
    record OpenTransaction(String id, long producerId, int epoch, List<Event> records) {}
}
