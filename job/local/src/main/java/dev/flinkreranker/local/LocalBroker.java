package dev.flinkreranker.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A real Kafka broker (KRaft, broker and controller in one) inside this JVM.
 *
 * <p>It listens on a free loopback port, keeps its data in a new directory under the system's
 * temporary directory, and removes the directory on {@link #close()}. Transactions work as on a
 * production broker, {@code transaction.max.timeout.ms} included; only replication is set to one.
 */
public final class LocalBroker implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final WorkDirectory directory;
    private final KafkaServers servers;
    private String bootstrapServers;
    private boolean closed;

    private LocalBroker(WorkDirectory directory, KafkaServers servers) {
        this.directory = directory;
        this.servers = servers;
    }

    /**
     * Starts a broker and waits until it answers an admin client.
     *
     * @throws IOException when no port or directory can be had, or the broker does not answer
     *     within a minute
     * @throws InterruptedException when interrupted while waiting; the broker is stopped first
     */
    public static LocalBroker start() throws IOException, InterruptedException {
        WorkDirectory directory = new WorkDirectory("kafka");
        LocalBroker broker = null;
        boolean answers = false;
        try {
            broker = new LocalBroker(directory, KafkaServers.in(directory.path()));
            broker.startServers();
            broker.awaitAnswer();
            answers = true;
            return broker;
        } finally {
            if (!answers && broker != null) {
                broker.close();
            } else if (!answers) {
                directory.close();
            }
        }
    }

    private void startServers() {
        servers.start();
        bootstrapServers = servers.address();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        int millis = Math.toIntExact(START_TIMEOUT.toMillis());
        try (Admin admin = admin()) {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis))
                    .nodes()
                    .get(millis, TimeUnit.MILLISECONDS);
            // Asking for a group brings up the groups' coordinator, so that no first commit of
            // offsets comes too early.
            admin.listConsumerGroupOffsets("reranker-start")
                    .partitionsToOffsetAndMetadata()
                    .get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the local Kafka broker does not answer", e);
        }
    }

    /** The address for clients: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** A new admin client of this broker; the caller closes it. */
    public Admin admin() {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        "200"));
    }

    /**
     * Creates topics and returns once this broker leads their partitions. Created is what the
     * controller says; the broker knows of it a moment later, and may then refuse a producer's
     * first batch.
     *
     * @param partitions per topic
     * @throws IOException when the broker refuses one, naming its reason
     */
    public void createTopics(int partitions, String... names)
            throws IOException, InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new NewTopic(name, partitions, (short) 1));
        }
        try (Admin admin = admin()) {
            admin.createTopics(topics).all().get();
            awaitLeaders(admin, partitions, names);
        } catch (ExecutionException e) {
            throw new IOException(
                    "topics " + List.of(names) + ": " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static void awaitLeaders(Admin admin, int partitions, String... names)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (String name : names) {
            for (int partition = 0; partition < partitions; partition++) {
                ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
            }
        }
        long giveUpAt = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                // Only a leader knows the end of a partition.
                admin.listOffsets(ends).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() > giveUpAt) {
                    throw e;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while topics were created");
            }
        }
    }

    /** Where the broker keeps its data until it is closed. */
    Path directory() {
        return directory.path();
    }

    /** Stops the broker and deletes its directory. Safe to call twice. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // An interrupt that is pending would cut the shutdown short and leave threads behind.
        boolean interrupted = Thread.interrupted();
        try {
            servers.stop();
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory.path(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
