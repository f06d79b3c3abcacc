package dev.flinkreranker.tests.clients;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.tests.rig.TestClassPath;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.ShortLivedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each example of {@code job/client/examples} asks the running job, and is answered. */
class ExamplesITCase {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path EXAMPLES = ROOT.resolve("job/client/examples");
    private static final List<String> TOPICS =
            List.of("rerank.requests", "rerank.results", "rerank.dead-letters");

    /** Debian's Python, for which Debian has the client. */
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir private static Path folder;
    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();
    private static StreamExecutionEnvironment flink;
    private static JobClient job;

    @BeforeAll
    static void startJob() throws Exception {
        BROKER.get().createTopics(2, TOPICS.toArray(String[]::new));
        BROKER.get().createTopics(1, "rerank.tenants", "rerank.usage", "rerank.overflow");
        JobConfig config =
                JobConfigReader.parse(
                        Files.readString(ROOT.resolve("docker/rerank.yaml"))
                                .replace("kafka:9092", BROKER.bootstrapServers())
                                .replace(
                                        "/opt/flink/models/model",
                                        ROOT.resolve("tests/models/scifact-minilm-layerwise")
                                                .toString()));
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.toUri().toString());
        flink = StreamExecutionEnvironment.createLocalEnvironment(1, settings);
        StreamJob.build(flink, config, StreamJob.engines(config));
        job = flink.executeAsync();
    }

    @AfterAll
    static void stopJob() throws Exception {
        if (job != null) {
            job.cancel().get(1, TimeUnit.MINUTES);
        }
        if (flink != null) {
            flink.close();
        }
    }

    @Test
    void javaIsAnswered() throws Exception {
        String output = run(Map.of(), java(EXAMPLES.resolve("RerankExample.java").toString()));

        assertThat(output.lines()).first().isEqualTo("java-1 RANKED");
        assertThat(output.lines().skip(1).map(line -> line.split(" ")[0]))
                .containsExactly("b", "a");
    }

    @Test
    void pythonIsAnswered() throws Exception {
        assumeTrue(hasPythonClient(), "python3 or its confluent_kafka is not on this machine");

        String output =
                run(Map.of(), List.of(PYTHON, EXAMPLES.resolve("rerank_example.py").toString()));

        assertThat(output.lines()).first().isEqualTo("python-1 RANKED");
        assertThat(output.lines().skip(1).map(line -> line.split(" ")[0]))
                .containsExactly("b", "a");
    }

    @Test
    void consoleToolsAreAnswered() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        tool(bin, "kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer");
        tool(bin, "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPICS.get(0), "{")).get();
        }

        String output =
                run(
                        Map.of("PATH", bin + ":" + System.getenv("PATH"), "PATIENCE_MS", "10000"),
                        List.of(EXAMPLES.resolve("console.sh").toString()));

        assertThat(output)
                .contains(json("console-1\t{'request_id':'console-1'"))
                .contains(json("'status':'RANKED'"))
                .contains("rerank.error.code:INVALID_JSON");
    }

    private static boolean hasPythonClient() throws InterruptedException {
        try {
            return new ProcessBuilder(PYTHON, "-c", "import confluent_kafka")
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("python.log").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> java(String main) {
        List<String> command = ShortLivedJvm.command();
        command.addAll(List.of("-cp", TestClassPath.value(), main));
        return command;
    }

    /** What Kafka's own script of the name does: starts its class. */
    private static void tool(Path bin, String name, String mainClass) throws IOException {
        Path script =
                Files.writeString(
                        bin.resolve(name),
                        "#!/bin/sh\nexec '%s' \"$@\"\n"
                                .formatted(String.join("' '", java(mainClass))));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /**
     * Runs an example on the broker's topics to the end and returns standard output; fails with all
     * that was printed.
     */
    private static String run(Map<String, String> environment, List<String> example)
            throws IOException, InterruptedException {
        Path errors = Files.createTempFile(folder, "errors", ".log");
        List<String> command = new ArrayList<>(example);
        command.add(BROKER.bootstrapServers());
        command.addAll(TOPICS);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(errors.toFile());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor())
                .as("%s%n%s%n%s", command.get(0), output, Files.readString(errors))
                .isZero();
        return output;
    }
}
