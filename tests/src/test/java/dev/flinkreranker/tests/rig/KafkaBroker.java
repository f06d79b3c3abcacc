package dev.flinkreranker.tests.rig;

import dev.flinkreranker.job.kafka.TopicLeaders;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka broker in a process of its own. It keeps its port and its data through restarts. */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String CONTROLLER = "CONTROLLER";
    private static final String PLAIN = "PLAINTEXT";

    private final Path directory;
    private final Settings settings;
    private final Map<String, Integer> ports;
    private ChildJvm process;

    /** Kept open: who looks often must look fast. */
    private Admin eyes;

    private KafkaBroker(Path directory, Settings settings, Map<String, Integer> ports) {
        this.directory = directory;
        this.settings = settings;
        this.ports = ports;
    }

    /**
     * What differs from a plain broker.
     *
     * @param protocols of more listeners, beside the plain one: SSL, SASL_SSL, …
     * @param properties of the broker, over the rig's own
     * @param scram credentials to begin with, as {@code kafka-storage format --add-scram} takes
     *     them
     */
    public record Settings(
            List<String> protocols, Map<String, String> properties, List<String> scram) {

        /** No security at all. */
        public static final Settings PLAIN = new Settings(List.of(), Map.of(), List.of());
    }

    /** Starts a broker and waits until it answers. */
    public static KafkaBroker start(Path directory, Settings settings)
            throws IOException, InterruptedException, TimeoutException {
        Files.createDirectories(directory);
        List<String> listeners = new ArrayList<>(List.of(CONTROLLER, PLAIN));
        listeners.addAll(settings.protocols());
        List<Integer> free = FreePorts.find(listeners.size());
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (int i = 0; i < listeners.size(); i++) {
            ports.put(listeners.get(i), free.get(i));
        }
        KafkaBroker broker = new KafkaBroker(directory, settings, ports);
        broker.writeProperties();
        try {
            broker.start();
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private void writeProperties() throws IOException {
        Properties properties = new Properties();
        List<String> protocols = new ArrayList<>(List.of(CONTROLLER + ":" + PLAIN));
        ports.keySet().stream()
                .filter(listener -> !listener.equals(CONTROLLER))
                .forEach(listener -> protocols.add(listener + ":" + listener));
        properties.putAll(
                Map.ofEntries(
                        Map.entry("process.roles", "broker,controller"),
                        Map.entry("node.id", "1"),
                        Map.entry("log.dirs", directory.resolve("data").toString()),
                        Map.entry(
                                "listeners",
                                ports.keySet().stream()
                                        .map(name -> name + "://" + bootstrapServers(name))
                                        .collect(Collectors.joining(","))),
                        Map.entry("listener.security.protocol.map", String.join(",", protocols)),
                        Map.entry("controller.listener.names", CONTROLLER),
                        Map.entry("inter.broker.listener.name", PLAIN),
                        Map.entry("controller.quorum.voters", "1@" + bootstrapServers(CONTROLLER)),
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

    /** {@code kill -STOP}. */
    public void freeze() throws IOException, InterruptedException {
        process.freeze();
    }

    /** {@code kill -CONT}. */
    public void thaw() throws IOException, InterruptedException {
        process.thaw();
    }

    /** Address of the listener without any security, which every broker has. */
    public String bootstrapServers() {
        return bootstrapServers(PLAIN);
    }

    /** Address of a listener, by the protocol it was asked for. */
    public String bootstrapServers(String protocol) {
        return "127.0.0.1:" + ports.get(protocol);
    }

    /** An admin client of the plain listener; the caller closes it. */
    public Admin admin() {
        return Admin.create(
                Map.of("bootstrap.servers", bootstrapServers(), "reconnect.backoff.max.ms", "200"));
    }

    /** Creates topics of one replica and waits for their leaders. */
    public void createTopics(int partitions, String... names)
            throws InterruptedException, ExecutionException {
        createTopics(partitions, Map.of(), names);
    }

    /** Likewise, each with these configs. */
    public void createTopics(int partitions, Map<String, String> configs, String... names)
            throws InterruptedException, ExecutionException {
        List<NewTopic> topics = new ArrayList<>();
        List<TopicPartition> created = new ArrayList<>();
        for (String name : names) {
            topics.add(new NewTopic(name, partitions, (short) 1).configs(configs));
            for (int partition = 0; partition < partitions; partition++) {
                created.add(new TopicPartition(name, partition));
            }
        }
        try (Admin admin = admin()) {
            admin.createTopics(topics).all().get();
            TopicLeaders.await(admin, created);
        }
    }

    /** Sets a config of a topic. */
    public void configureTopic(String name, String config, String value)
            throws InterruptedException, ExecutionException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        AlterConfigOp set =
                new AlterConfigOp(new ConfigEntry(config, value), AlterConfigOp.OpType.SET);
        try (Admin admin = admin()) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
        }
    }

    /**
     * How many records were ever written to a topic, with those of open and aborted transactions.
     */
    public long end(String topic) throws InterruptedException, ExecutionException {
        if (eyes == null) {
            eyes = admin();
        }
        Map<TopicPartition, OffsetSpec> latest =
                eyes
                        .describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic)
                        .partitions()
                        .stream()
                        .collect(
                                Collectors.toMap(
                                        p -> new TopicPartition(topic, p.partition()),
                                        p -> OffsetSpec.latest()));
        return eyes.listOffsets(latest).all().get().values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }

    /** Sends one record through the plain listener and waits until the broker has it. */
    public void send(String topic, String key, String value)
            throws InterruptedException, ExecutionException {
        send(topic, Map.of(key, value));
    }

    /** Likewise some records, by key, in the map's order. */
    public void send(String topic, Map<String, String> values)
            throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            values.forEach(
                    (key, value) ->
                            sent.add(producer.send(new ProducerRecord<>(topic, key, value))));
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }

    /** Everything it printed. */
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        if (eyes != null) {
            eyes.close(Duration.ZERO);
        }
        if (process != null) {
            process.close();
        }
    }
}
