package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.workbench.stream.StreamTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends events to the requests topic. */
final class EventSender {

    private EventSender() {}

    /**
     * Sends events and waits until the broker has them all.
     *
     * @throws IOException when the broker refuses one
     */
    static void send(StreamTopics topics, List<DemoEvent> events)
            throws IOException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                topics.bootstrapServers(),
                                ProducerConfig.LINGER_MS_CONFIG,
                                "20"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (DemoEvent event : events) {
                byte[] key = event.requestId().getBytes(StandardCharsets.UTF_8);
                sent.add(
                        producer.send(new ProducerRecord<>(topics.requests(), key, event.value())));
            }
            for (Future<RecordMetadata> future : sent) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(
                    "the broker refuses an event: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
