package dev.flinkreranker.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker (KRaft, broker and controller in one) inside this JVM.
 *
 * <p>It listens on a free loopback port, keeps its data in a new directory under the system's
 * temporary directory, and removes the directory on {@link #close()}. Transactions work as on a
 * production broker, {@code transaction.max.timeout.ms} included; only replication is set to one.
 *
 * <p>Kafka's own server would halt the JVM on a fatal fault; this one logs it and lets the clients
 * fail, since the JVM belongs to the caller.
 */
public final class LocalBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);

    private static final int NODE_ID = 1;
    private static final String CLIENT_LISTENER = "PLAINTEXT";
    private static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final Path directory;
    private final ControllerServer controller;
    private final BrokerServer broker;
    private String bootstrapServers;
    private boolean closed;

    private LocalBroker(Path directory, ControllerServer controller, BrokerServer broker) {
        this.directory = directory;
        this.controller = controller;
        this.broker = broker;
    }

    /**
     * Starts a broker and waits until it answers an admin client.
     *
     * @throws IOException when no port or directory can be had, or the broker does not answer
     *     within a minute
     * @throws InterruptedException when interrupted while waiting; the broker is stopped first
     */
    public static LocalBroker start() throws IOException, InterruptedException {
        Path directory =
                Files.createTempDirectory("reranker-kafka-" + ProcessHandle.current().pid() + "-");
        LocalBroker broker = null;
        boolean answers = false;
        try {
            broker = assemble(directory);
            broker.startServers();
            broker.awaitAnswer();
            answers = true;
            return broker;
        } finally {
            if (!answers && broker != null) {
                broker.close();
            } else if (!answers) {
                Utils.delete(directory.toFile());
            }
        }
    }

    private static LocalBroker assemble(Path directory) throws IOException {
        // The controller's port must be known before anything starts. It is bound here and handed
        // over still open, so that no other process can take it in between.
        ServerSocketChannel controllerSocket = ServerSocketChannel.open();
        try {
            controllerSocket.configureBlocking(false);
            controllerSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int controllerPort = controllerSocket.socket().getLocalPort();
            String data = directory.resolve("data").toString();
            Formatter formatter = format(data);
            MetaPropertiesEnsemble properties =
                    new MetaPropertiesEnsemble.Loader()
                            .addLogDirs(List.of(data))
                            .addMetadataLogDir(data)
                            .load();
            SharedServer shared =
                    new SharedServer(
                            new KafkaConfig(settings(data, controllerPort)),
                            properties,
                            Time.SYSTEM,
                            new Metrics(),
                            CompletableFuture.completedFuture(
                                    Map.of(
                                            NODE_ID,
                                            new InetSocketAddress("127.0.0.1", controllerPort))),
                            List.of(),
                            (name, fatal, action) ->
                                    (message, cause) -> {
                                        LOG.error("Kafka {}: {}", name, message, cause);
                                        return new IllegalStateException(message, cause);
                                    },
                            (listener, address, receiveBuffer, backlog) ->
                                    listener.equals(CONTROLLER_LISTENER)
                                            ? controllerSocket
                                            : ServerSocketFactory.INSTANCE.openServerSocket(
                                                    listener, address, receiveBuffer, backlog));
            return new LocalBroker(
                    directory,
                    new ControllerServer(
                            shared, KafkaRaftServer.configSchema(), formatter.bootstrapMetadata()),
                    new BrokerServer(shared));
        } catch (IOException | RuntimeException e) {
            controllerSocket.close();
            throw e;
        }
    }

    private static Formatter format(String data) throws IOException {
        Formatter formatter =
                new Formatter()
                        .setPrintStream(
                                new PrintStream(
                                        OutputStream.nullOutputStream(),
                                        false,
                                        StandardCharsets.UTF_8))
                        .setClusterId(Uuid.randomUuid().toString())
                        .setNodeId(NODE_ID)
                        .setControllerListenerName(CONTROLLER_LISTENER)
                        .setDirectories(List.of(data))
                        .setMetadataLogDirectory(data);
        try {
            formatter.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Kafka's storage cannot be formatted at " + data, e);
        }
        return formatter;
    }

    private static Map<String, String> settings(String data, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("log.dirs", data);
        settings.put(
                "listeners",
                "%s://127.0.0.1:0,%s://127.0.0.1:%d"
                        .formatted(CLIENT_LISTENER, CONTROLLER_LISTENER, controllerPort));
        settings.put(
                "listener.security.protocol.map",
                "%s:PLAINTEXT,%s:PLAINTEXT".formatted(CLIENT_LISTENER, CONTROLLER_LISTENER));
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put("inter.broker.listener.name", CLIENT_LISTENER);
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        // One broker: every internal topic has one replica, and few partitions start faster.
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("auto.create.topics.enable", "false");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(2 * 1024 * 1024));
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "2");
        settings.put("background.threads", "2");
        return settings;
    }

    private void startServers() {
        controller.startup();
        broker.startup();
        bootstrapServers = "127.0.0.1:" + broker.boundPort(new ListenerName(CLIENT_LISTENER));
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
        return directory;
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
            // The broker first: it tells the controller that it leaves.
            broker.shutdown(STOP_TIMEOUT);
            controller.shutdown();
            Utils.delete(directory.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
