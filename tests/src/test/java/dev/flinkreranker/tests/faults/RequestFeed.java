package dev.flinkreranker.tests.faults;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Produces requests in a thread of its own, as far as it has been let; each exactly once. */
final class RequestFeed implements AutoCloseable {

    private final Semaphore allowed = new Semaphore(0);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Thread thread;

    RequestFeed(String bootstrapServers, String topic, int requests, long seed) {
        thread = new Thread(() -> run(bootstrapServers, topic, requests, seed), "requests");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(String bootstrapServers, String topic, int requests, long seed) {
        try (PatientProducer producer = new PatientProducer(bootstrapServers, topic)) {
            for (int i = 0; i < requests; i++) {
                allowed.acquire();
                producer.send(GeneratedRequest.of(seed, i));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure.set(e);
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
            throw failure.get();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
