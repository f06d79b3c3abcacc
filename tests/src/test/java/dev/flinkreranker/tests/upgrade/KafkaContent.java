package dev.flinkreranker.tests.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What stood in Kafka when a savepoint was taken: enough to make a new broker fit it.
 *
 * @param requests everything in the requests topic, each partition in its order
 * @param transactions those that the savepoint will commit
 */
record KafkaContent(List<Event> requests, List<OpenTransaction> transactions) {

    /**
     * One record, all text.
     *
     * @param headers by name; none of the job's is there twice
     */
    record Event(
            String topic, int partition, String key, String value, Map<String, String> headers) {

        static Event of(ConsumerRecord<byte[], byte[]> record) {
            Map<String, String> headers = new LinkedHashMap<>();
            record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
            return new Event(
                    record.topic(),
                    record.partition(),
                    text(record.key()),
                    text(record.value()),
                    headers);
        }

        ProducerRecord<byte[], byte[]> record() {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(
                            topic, partition, key.getBytes(UTF_8), value.getBytes(UTF_8));
            headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
            return record;
        }

        private static String text(byte[] bytes) {
            return new String(bytes, UTF_8);
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
