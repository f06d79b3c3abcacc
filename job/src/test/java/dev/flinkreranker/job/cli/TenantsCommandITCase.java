package dev.flinkreranker.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./rerank tenants} against a real broker. */
@Timeout(180)
class TenantsCommandITCase {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path MODEL = Path.of("..", "tests", "models", "scifact-minilm-layerwise");

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir private Path directory;

    @Test
    void putsGetsListsAndDeletes() throws Exception {
        Path job = job("round");
        Path acme = file("acme.yaml", "top_n: 5\nweight: 2.50\n");
        Path bulk = file("bulk.json", "{\"version\": 7, \"cutoff_layers\": [3]}");

        assertThat(run("put", acme, "--config", job).err())
                .contains("topic round does not exist; 'tenants put --create' makes it");
        assertRun(
                run("put", acme, bulk, "--config", job, "--create"),
                "acme: version 41",
                "bulk: version 7");
        assertRun(
                run("put", acme, "--config", job, "--create"), "acme: version 41 is there already");
        Files.writeString(acme, "top_n: 6\n");
        assertRun(run("put", acme, "--config", job), "acme: version 42 replaces version 41");

        assertThat(JSON.readTree(run("get", "acme", "--config", job).out()))
                .isEqualTo(JSON.readTree("{\"version\":42,\"top_n\":6}"));
        assertRun(
                run("get", "bulk", "--config", job, "--json"),
                "{\"version\":7,\"cutoff_layers\":[3]}");

        CommandRun list = run("list", "--config", job);
        assertThat(list.outLines()).hasSize(3);
        assertThat(list.outLines().get(1)).startsWith("acme         42  (default)");
        List<JsonNode> lines = jsonLines(run("list", "--config", job, "--json"));
        assertThat(lines)
                .extracting(l -> l.path("tenant").asText())
                .containsExactly("acme", "bulk");
        assertThat(lines.get(1).at("/config/cutoff_layers/0").asInt()).isEqualTo(3);

        assertRun(run("delete", "acme", "--config", job), "acme: deleted");
        assertThat(run("delete", "acme", "--config", job))
                .isEqualTo(new CommandRun(1, "", line("acme has no config on topic round")));
        assertThat(run("get", "acme", "--config", job).err())
                .isEqualTo(
                        line(
                                "acme has no config on topic round; it has the one of the job's"
                                        + " file"));
        assertRun(run("put", acme, "--config", job), "acme: version 43");

        List<JsonNode> history = jsonLines(run("history", "acme", "--config", job, "--json"));
        assertThat(history)
                .extracting(l -> l.path("outcome").asText() + l.at("/config/version").asText())
                .containsExactly("accepted41", "accepted42", "deleted", "accepted43");
        assertThat(run("history", "nobody", "--config", job).exitCode()).isEqualTo(1);
    }

    @Test
    void refusesWhatTheJobWouldRefuse() throws Exception {
        Path job = job("strict");
        Path acme = file("acme.yaml", "version: 3\ntop_n: 5\n");
        assertThat(run("put", acme, "--config", job, "--create").exitCode()).isZero();

        Files.writeString(acme, "version: 3\ntop_n: 6\n");
        assertRefused(
                run("put", acme, "--config", job),
                acme + ": version 3 is taken by another config; the next is 4");
        Files.writeString(acme, "version: 2\n");
        assertRefused(
                run("put", acme, "--config", job),
                acme + ": version 2 is not above the present one, 3");
        Files.writeString(acme, "top_n: 0\n");
        for (String command : List.of("put", "validate")) {
            assertRefused(
                    run(command, acme, "--config", job),
                    acme + ": acme.top_n must be at least 1, but is 0");
        }
        Files.writeString(acme, "model: smal\n");
        assertRefused(
                run("validate", acme, "--config", job),
                acme + ": acme.model: model \"smal\" is not in the catalogue; did you mean small?");
        Files.writeString(acme, "top_n: 6\n");
        assertRefused(
                run("put", acme, file("bad.yaml", "top_m: 1\n"), "--config", job),
                directory.resolve("bad.yaml") + ": bad.top_m is not known; did you mean top_n?");
        assertThat(run("history", "acme", "--config", job, "--json").outLines())
                .as("all or nothing")
                .hasSize(1);
        assertRefused(
                run("validate", acme, "--tenant", "a b", "--config", job),
                acme + ": the key must be a tenant's id and match");
        assertRefused(
                run("validate", file("list.yaml", "[1]"), "--config", job),
                directory.resolve("list.yaml") + ": must be a map of fields");
        assertRefused(
                run("validate", directory.resolve("none.yaml"), "--config", job),
                directory.resolve("none.yaml") + ": does not exist");
        assertRun(
                run("validate", acme, "--tenant", "corp", "--config", job),
                acme + ": good, for tenant corp");
    }

    @Test
    void tellsWhatOthersWroteWrong() throws Exception {
        Path job = job("wrong");
        Path acme = file("acme.yaml", "top_n: 5\n");
        assertThat(run("put", acme, "--config", job, "--create").exitCode()).isZero();
        write("wrong", "acme", "{\"version\":1}");
        write("wrong", "a b", "{\"version\":1}");

        assertThat(run("history", "acme", "--config", job).outLines().get(2))
                .endsWith("refused: STALE_CONFIG: version 1 is not above the present one, 41");
        assertRun(run("get", "acme", "--config", job, "--json"), "{\"version\":41,\"top_n\":5}");
    }

    /** Past the command, as another program does. */
    private static void write(String topic, String tenant, String config) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, tenant, config)).get();
        }
    }

    /** What the job's present file refuses a running job may have taken under a former one. */
    @Test
    void writesAboveWhatARunningJobMayHold() throws Exception {
        Path job = job("held");
        Path corp = file("corp.yaml", "version: 7\nmodel: big\n");
        assertRun(run("put", corp, "--config", job, "--create"), "corp: version 7");
        Files.writeString(job, Files.readString(job).replaceAll(" +big: .*\n", ""));

        assertThat(run("history", "corp", "--config", job).outLines().get(1))
                .contains("refused: INVALID_CONFIG: corp.model: model \"big\" is not in");
        assertThat(run("get", "corp", "--config", job).err())
                .isEqualTo(
                        line(
                                "corp has no config on topic held that is good with the job's"
                                        + " present file: 'tenants history' tells why"));
        Files.writeString(corp, "version: 7\nmodel: small\n");
        assertRefused(
                run("put", corp, "--config", job),
                corp
                        + ": version 7 is not above 7, which the topic has and a running job may hold");
        Files.writeString(corp, "model: small\n");
        assertRun(run("put", corp, "--config", job), "corp: version 8");

        assertRun(run("delete", "corp", "--config", job), "corp: deleted");
        assertThat(run("delete", "corp", "--config", job))
                .isEqualTo(new CommandRun(1, "", line("corp has no config on topic held")));
        Files.writeString(corp, "version: 1\n");
        assertRun(run("put", corp, "--config", job), "corp: version 1");
    }

    /** The one thing by which a running job can be rid of it. */
    @Test
    void deletesWhatTheFileRefuses() throws Exception {
        Path job = job("refused");
        Path corp = file("corp.yaml", "version: 7\nmodel: big\n");
        assertRun(run("put", corp, "--config", job, "--create"), "corp: version 7");
        Files.writeString(job, Files.readString(job).replaceAll(" +big: .*\n", ""));

        assertRun(run("delete", "corp", "--config", job), "corp: deleted");
        assertThat(run("delete", "corp", "--config", job).exitCode()).isEqualTo(1);
    }

    @Test
    void getsTheDigitsThatWereWritten() throws Exception {
        Path job = job("digits");
        Path corp = file("corp.yaml", "version: 1\n");
        assertThat(run("put", corp, "--config", job, "--create").exitCode()).isZero();
        write("digits", "corp", "{\"version\":2,\"min_score\":0.12345678901234567890}");

        assertThat(run("get", "corp", "--config", job).out())
                .contains("\"min_score\" : 0.12345678901234567890");
    }

    @Test
    void saysWhichModelsItCouldNotCheck() throws Exception {
        Path job = job("elsewhere");
        Files.writeString(
                job, Files.readString(job).replace("big: {directory: ", "big: {directory: /no"));
        Path corp = file("corp.yaml", "model: big\ncutoff_layers: [99]\n");

        for (CommandRun run :
                List.of(
                        run("validate", corp, "--config", job),
                        run("put", corp, "--config", job, "--create"))) {
            assertThat(run.err())
                    .startsWith("models.big: /no")
                    .contains("is not here, so what settings ask of this model is checked where")
                    .hasLineCount(1);
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void refusesATopicThatWouldLoseConfigs() throws Exception {
        BROKER.get().createTopics(1, "fleeting");
        Path job = job("fleeting");
        Path acme = file("acme.yaml", "top_n: 5\n");

        assertRefused(
                run("put", acme, "--config", job, "--create"),
                "topic fleeting has cleanup.policy=delete and would lose configs in time: it must"
                        + " be compact alone");
        Files.writeString(job, Files.readString(job).replaceAll("tenant_configs.*\n", ""));
        assertRefused(
                run("list", "--config", job),
                job + ": tenant_configs is missing: the job takes no configs from a topic");
    }

    /** Each sees what the one before it wrote, or writes nothing and says so. */
    @Test
    void ofManyWritersAtOnceNoneOverwritesUnseen() throws Exception {
        Path job = job("race");
        assertThat(
                        run(
                                        "put",
                                        file("seed.yaml", ""),
                                        "--tenant",
                                        "seed",
                                        "--config",
                                        job,
                                        "--create")
                                .exitCode())
                .isEqualTo(2);
        assertThat(
                        run("put", file("seed.yaml", "top_n: 1"), "--config", job, "--create")
                                .exitCode())
                .isZero();
        List<CompletableFuture<CommandRun>> writers = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            Path file = file("writer" + i + ".yaml", "top_n: " + i + "\n");
            writers.add(
                    CompletableFuture.supplyAsync(
                            () -> run("put", file, "--tenant", "corp", "--config", job)));
        }

        long won = 0;
        for (CompletableFuture<CommandRun> writer : writers) {
            CommandRun run = writer.get();
            won += run.exitCode() == 0 ? 1 : 0;
            if (run.exitCode() != 0) {
                assertThat(run)
                        .isEqualTo(
                                new CommandRun(
                                        1,
                                        "",
                                        line(
                                                "somebody else changed the topic meanwhile; nothing"
                                                        + " was written, try again")));
            }
        }
        assertThat(won).isPositive();
        assertThat(jsonLines(run("history", "corp", "--config", job, "--json")))
                .extracting(l -> l.path("outcome").asText() + l.at("/config/version").asText())
                .isEqualTo(
                        IntStream.rangeClosed(1, (int) won).mapToObj(v -> "accepted" + v).toList());
    }

    private Path job(String topic) throws IOException {
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
                        .formatted(BROKER.bootstrapServers(), MODEL, topic));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static CommandRun run(Object... arguments) {
        List<String> words = new ArrayList<>(List.of("tenants"));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return CommandRun.of(Rerank.commandLine(), words.toArray(String[]::new));
    }

    private static void assertRun(CommandRun run, String... lines) {
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).containsExactly(lines);
    }

    private static void assertRefused(CommandRun run, String message) {
        assertThat(run.err()).startsWith("error: " + message).hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    private static String line(String text) {
        return text + System.lineSeparator();
    }

    private static List<JsonNode> jsonLines(CommandRun run) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run.outLines()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
