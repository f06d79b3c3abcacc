package dev.flinkreranker.job.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.job.cli.Rerank;
import dev.flinkreranker.tests.support.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * {@code ./rerank tenants}, with files of a directory and topics of a broker.
 *
 * @param directory where files are made
 * @param bootstrapServers the broker
 */
record TenantsFixture(Path directory, String bootstrapServers) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path MODEL = Path.of("..", "tests", "models", "scifact-minilm-layerwise");

    /** The file of a job that takes configs from this topic, and has one of acme itself. */
    Path job(String topic) throws IOException {
        return file(
                topic + "-job.yaml",
                """
                requests: {topic: in}
                results: {topic: out}
                dead_letters: {topic: dead}
                kafka: {bootstrap.servers: "%1$s"}
                models:
                  small: {directory: %2$s}
                  big: {directory: %2$s}
                defaults: {model: small}
                tenants: {acme: {version: 40}}
                tenant_configs: {topic: %3$s}
                """
                        .formatted(bootstrapServers, MODEL, topic));
    }

    Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    static CommandRun run(Object... arguments) {
        List<String> words = new ArrayList<>(List.of("tenants"));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return CommandRun.of(Rerank.commandLine(), words.toArray(String[]::new));
    }

    static void assertRun(CommandRun run, String... lines) {
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).containsExactly(lines);
    }

    static void assertRefused(CommandRun run, String message) {
        assertThat(run.err()).startsWith("error: " + message).hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    static String line(String text) {
        return text + System.lineSeparator();
    }

    static List<JsonNode> jsonLines(CommandRun run) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run.outLines()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** Past the command, as another program does. */
    void write(String topic, String tenant, String config) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, tenant, config)).get();
        }
    }
}
