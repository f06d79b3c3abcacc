package dev.flinkreranker.tests.faults;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends each request exactly once, however long the broker is away. Used by one thread. */
final class PatientProducer implements AutoCloseable {

    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final String topic;
    private final KafkaProducer<String, String> producer;

    PatientProducer(String bootstrapServers, String topic) {
        this.topic = topic;
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "enable.idempotence",
                        true,
                        "acks",
                        "all",
                        "linger.ms",
                        5,
                        "max.block.ms",
                        600_000,
                        "delivery.timeout.ms",
                        600_000);
        producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    void send(GeneratedRequest request) {
        long time = System.currentTimeMillis() - request.age().toMillis();
        producer.send(
                new ProducerRecord<>(topic, null, time, request.id(), request.json()),
                (metadata, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
    }

    /** Waits until the broker has all of them. */
    @Override
    public void close() {
        producer.close();
        if (failure.get() != null) {
            throw new IllegalStateException("not every request was produced", failure.get());
        }
    }
}
