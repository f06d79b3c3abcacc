package dev.flinkreranker.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two servers of a broker that is its own controller.
 *
 * <p>Kafka's own server would halt the JVM on a fatal fault; these log it and let the clients fail,
 * since the JVM belongs to the caller.
 */
record KafkaServers(ControllerServer controller, BrokerServer broker) {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaServers.class);
    private static final int NODE_ID = 1;
    private static final String CLIENT_LISTENER = "PLAINTEXT";
    private static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    /** Servers that have not started, with their data in the directory. */
    static KafkaServers in(Path directory) throws IOException {
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
            return new KafkaServers(
                    new ControllerServer(
                            shared, KafkaRaftServer.configSchema(), formatter.bootstrapMetadata()),
                    new BrokerServer(shared));
        } catch (IOException | RuntimeException e) {
            controllerSocket.close();
            throw e;
        }
    }

    /** Starts both; they may not answer yet. */
    void start() {
        controller.startup();
        broker.startup();
    }

    /** The address for clients: {@code 127.0.0.1:port}; known once started. */
    String address() {
        return "127.0.0.1:" + broker.boundPort(new ListenerName(CLIENT_LISTENER));
    }

    void stop() {
        // The broker first: it tells the controller that it leaves.
        broker.shutdown(STOP_TIMEOUT);
        controller.shutdown();
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
}
