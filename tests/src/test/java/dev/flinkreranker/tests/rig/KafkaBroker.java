package dev.flinkreranker.tests.rig;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka broker in a process of its own. It keeps its port and its data through restarts. */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final Settings settings;
    private final int port;
    private final int plainPort;
    private ChildJvm process;

    private KafkaBroker(Path directory, Settings settings, int port, int plainPort) {
        this.directory = directory;
        this.settings = settings;
        this.port = port;
        this.plainPort = plainPort;
    }

    /**
     * What differs from a plain broker.
     *
     * @param protocol of the clients' listener: PLAINTEXT, SSL, SASL_SSL, …
     * @param properties of the broker, over the rig's own
     * @param scram credentials to begin with, as {@code kafka-storage format --add-scram} takes
     *     them
     */
    public record Settings(String protocol, Map<String, String> properties, List<String> scram) {

        /** No security at all. */
        public static final Settings PLAIN = new Settings("PLAINTEXT", Map.of(), List.of());
    }

    /** Starts a broker and waits until it answers. */
    public static KafkaBroker start(Path directory, Settings settings)
            throws IOException, InterruptedException, TimeoutException {
        Files.createDirectories(directory);
        List<Integer> ports = FreePorts.find(3);
        KafkaBroker broker = new KafkaBroker(directory, settings, ports.get(0), ports.get(2));
        broker.writeProperties(ports.get(1));
        try {
            broker.start();
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private void writeProperties(int controllerPort) throws IOException {
        Properties properties = new Properties();
        properties.putAll(
                Map.ofEntries(
                        Map.entry("process.roles", "broker,controller"),
                        Map.entry("node.id", "1"),
                        Map.entry("log.dirs", directory.resolve("data").toString()),
                        Map.entry(
                                "listeners",
                                "CLIENTS://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,PLAIN://127.0.0.1:%d"
                                        .formatted(port, controllerPort, plainPort)),
                        Map.entry(
                                "listener.security.protocol.map",
                                "CLIENTS:"
                                        + settings.protocol()
                                        + ",CONTROLLER:PLAINTEXT,PLAIN:PLAINTEXT"),
                        Map.entry("controller.listener.names", "CONTROLLER"),
                        Map.entry("inter.broker.listener.name", "PLAIN"),
                        Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                        Map.entry("offsets.topic.replication.factor", "1"),
                        Map.entry("offsets.topic.num.partitions", "1"),
                        Map.entry("transaction.state.log.replication.factor", "1"),
                        Map.entry("transaction.state.log.min.isr", "1"),
                        Map.entry("transaction.state.log.num.partitions", "4"),
                        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                        Map.entry("share.coordinator.state.topic.min.isr", "1"),
                        Map.entry("group.initial.rebalance.delay.ms", "0"),
                        Map.entry("auto.create.topics.enable", "false"),
                        Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
                        Map.entry("num.network.threads", "2"),
                        Map.entry("num.io.threads", "2")));
        properties.putAll(settings.properties());
        try (Writer out = Files.newBufferedWriter(directory.resolve("server.properties"))) {
            properties.store(out, null);
        }
    }

    /** Starts it again after {@link #stop()} or {@link #kill()}, and waits until it answers. */
    public void start() throws IOException, InterruptedException, TimeoutException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        TestClassPath.value(),
                        BrokerMain.class.getName(),
                        directory.resolve("server.properties").toString()));
        arguments.addAll(settings.scram());
        process = ChildJvm.start("kafka", directory, Map.of(), arguments);
        Eventually.holds(
                "the broker answers",
                PATIENCE,
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the broker ended:\n" + process.output());
                    }
                    try (Admin admin = admin()) {
                        return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
                    }
                });
    }

    /** Ends it in order. */
    public void stop() throws InterruptedException {
        process.stop();
    }

    /** Ends it as a crash does. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    /** Address of the listener with the security asked for. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Address of a listener without any security, for the test's own eyes. */
    public String plainBootstrapServers() {
        return "127.0.0.1:" + plainPort;
    }

    /** An admin client of the plain listener; the caller closes it. */
    public Admin admin() {
        return Admin.create(
                Map.of(
                        "bootstrap.servers",
                        plainBootstrapServers(),
                        "reconnect.backoff.max.ms",
                        "200"));
    }

    /** Creates topics. */
    public void createTopics(int partitions, String... names)
            throws InterruptedException, ExecutionException {
        try (Admin admin = admin()) {
            admin.createTopics(
                            List.of(names).stream()
                                    .map(name -> new NewTopic(name, partitions, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    /** Sends one record through the plain listener and waits until the broker has it. */
    public void send(String topic, String key, String value)
            throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", plainBootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    /** Everything it printed. */
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
