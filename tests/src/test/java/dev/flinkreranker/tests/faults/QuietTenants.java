package dev.flinkreranker.tests.faults;

import static org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ISOLATION_LEVEL_CONFIG;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Tenants that send a request now and then, beside the flood, and read the answers as an
 * application does: {@code read_committed}. In a thread of its own.
 */
final class QuietTenants implements AutoCloseable {

    /** From one request to the next. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /**
     * A request that was answered.
     *
     * @param sent when, by {@link System#nanoTime()}
     * @param seen when its answer could be read
     */
    record Answer(long sent, long seen) {

        double seconds() {
            return (seen - sent) / 1e9;
        }
    }

    private final List<Answer> answers = new ArrayList<>();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean sending = true;
    private volatile boolean closed;

    /** Begins at once. */
    QuietTenants(String bootstrapServers, String requests, String results, long seed) {
        thread = new Thread(() -> run(bootstrapServers, requests, results, seed), "quiet tenants");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(String bootstrapServers, String requests, String results, long seed) {
        Map<String, Object> properties =
                Map.of(
                        BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        AUTO_OFFSET_RESET_CONFIG,
                        "earliest");
        Map<String, Long> sent = new HashMap<>();
        try (PatientProducer producer = new PatientProducer(bootstrapServers, requests);
                KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(
                                properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(
                    consumer.partitionsFor(results).stream()
                            .map(p -> new TopicPartition(results, p.partition()))
                            .toList());
            long due = System.nanoTime();
            int number = 0;
            while (!closed && (sending || !sent.isEmpty())) {
                if (sending && System.nanoTime() >= due) {
                    GeneratedRequest request = GeneratedRequest.ofQuietTenant(seed, number++);
                    sent.put(request.id(), System.nanoTime());
                    producer.send(request);
                    due = Math.max(due + STEP_NANOS, System.nanoTime());
                }
                for (ConsumerRecord<String, String> result : consumer.poll(POLL)) {
                    Long since = sent.remove(result.key());
                    if (since != null) {
                        answers.add(new Answer(since, System.nanoTime()));
                    }
                }
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    /**
     * Sends no more, and waits until all that was sent is answered.
     *
     * @throws TimeoutException when an answer does not come
     */
    List<Answer> finish() throws InterruptedException, TimeoutException {
        sending = false;
        thread.join(PATIENCE.toMillis());
        if (failure.get() != null) {
            throw failure.get();
        }
        if (thread.isAlive()) {
            throw new TimeoutException("a quiet tenant's request is not answered");
        }
        return List.copyOf(answers);
    }

    @Override
    public void close() {
        closed = true;
    }
}
