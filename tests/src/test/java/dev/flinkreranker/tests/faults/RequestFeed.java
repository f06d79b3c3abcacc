package dev.flinkreranker.tests.faults;

import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Produces requests in a thread of its own, as far as it has been let; each exactly once. */
final class RequestFeed implements AutoCloseable {

    private final Semaphore allowed = new Semaphore(0);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Thread thread;

    RequestFeed(String bootstrapServers, String topic, int requests, long seed) {
        thread = new Thread(() -> run(bootstrapServers, topic, requests, seed), "requests");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(String bootstrapServers, String topic, int requests, long seed) {
        // Idempotent, and patient enough to outlast every absence of the broker.
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
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < requests; i++) {
                allowed.acquire();
                GeneratedRequest request = GeneratedRequest.of(seed, i);
                producer.send(
                        new ProducerRecord<>(topic, request.id(), request.json()),
                        (metadata, e) -> {
                            if (e != null) {
                                failure.compareAndSet(null, e);
                            }
                        });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Lets that many more requests go. */
    void allow(int count) {
        allowed.release(count);
    }

    /** Waits until all requests are with the broker. */
    void finish() throws InterruptedException {
        thread.join();
        if (failure.get() != null) {
            throw new IllegalStateException("not every request was produced", failure.get());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
