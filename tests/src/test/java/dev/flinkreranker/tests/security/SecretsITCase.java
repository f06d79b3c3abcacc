package dev.flinkreranker.tests.security;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.Rig;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged job in a cluster, with the shipped configuration and secrets mounted as Kubernetes
 * mounts them: it works, and nowhere does it leave a secret.
 */
class SecretsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /**
     * What is not secret, and must be found wherever a secret could be: else the search is blind.
     */
    private static final String SEEN = "rerank.requests";

    private static final String PAYLOAD = "canary-2b90-of-a-user";

    @TempDir private static Path shared;

    private static Path root;
    private static Certificates authority;
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        root = Path.of("..").toRealPath();
        authority = Certificates.of(shared.resolve("certificates"), "test-authority");
        authority.sign("reranker");
        rig = Rig.start(root, SecuredBroker.settings(authority), 1, Map.of());
        rig.broker().createTopics(1, SecuredBroker.TOPICS);
        Path kafkaUser = root.resolve("k8s/kafka/kafka-user.yaml");
        for (String user : List.of(SecuredBroker.USER, SecuredBroker.CERTIFIED)) {
            SecuredBroker.grant(rig.broker(), KafkaUserRights.read(kafkaUser, user));
        }
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    /** Two jobs of one name would end each other's transactions. */
    @AfterEach
    void cancelJobs() throws Exception {
        for (String job : rig.flink().rest().liveJobs()) {
            rig.flink().rest().cancel(job);
        }
    }

    @Test
    void aPasswordStaysWhereItIsMounted() throws Exception {
        Path secrets =
                MountedSecrets.withPassword(
                        shared.resolve("password"), "reranker", SecuredBroker.PASSWORD, authority);
        String job = submit("password", ShippedConfig.withPassword(root), "SASL_SSL", secrets);
        answer("r-1");

        assertThat(RestTexts.of(rig.flink().rest(), job))
                .allSatisfy((path, text) -> hidden(path, text));
        assertThat(RestTexts.of(rig.flink().rest(), job).get("/jobs/" + job + "/plan"))
                .contains("requests");
        assertThat(written().holding(SEEN)).as("the job's graph is kept").anyMatch(this::isGraph);
        Path savepoint = Path.of(URI.create(rig.flink().rest().stopWithSavepoint(job)));

        assertThat(written().holding(SEEN))
                .as("the savepoint is searched")
                .anyMatch(file -> file.startsWith(savepoint));
        assertThat(written().holding(SecuredBroker.PASSWORD)).isEmpty();
        for (String log :
                List.of(rig.flink().jobManagerOutput(), rig.flink().taskManagerOutput(0))) {
            hidden("a log", log);
            assertThat(log).as("what users wrote is in no log").doesNotContain(PAYLOAD);
            assertStructured(log);
        }
    }

    private static void assertStructured(String log) throws Exception {
        List<String> lines = log.lines().filter(line -> line.startsWith("{")).toList();
        assertThat(lines).hasSizeGreaterThan(50);
        for (String line : lines) {
            JsonNode entry = new ObjectMapper().readTree(line);
            assertThat(entry.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.+Z");
            assertThat(entry.path("level").asText()).matches("[A-Z]+");
            assertThat(entry.path("logger").asText()).isNotEmpty();
            assertThat(entry.path("message").isTextual()).isTrue();
        }
    }

    @Test
    void aPrivateKeyStaysWhereItIsMounted() throws Exception {
        Path secrets =
                MountedSecrets.withCertificate(shared.resolve("certificate"), authority, authority);
        String job = submit("certificate", ShippedConfig.withCertificate(root), "SSL", secrets);
        answer("r-2");

        String secret = Files.readAllLines(authority.key("reranker")).get(1);
        assertThat(RestTexts.of(rig.flink().rest(), job))
                .allSatisfy((path, text) -> assertThat(text).doesNotContain(secret));
        rig.flink().rest().stopWithSavepoint(job);
        assertThat(written().holding(secret)).isEmpty();
    }

    @Test
    void aRefusedJobSaysSoWithoutThePassword() throws Exception {
        Path wrong =
                MountedSecrets.withPassword(
                        shared.resolve("wrong"),
                        "reranker",
                        SecuredBroker.PASSWORD + "-wrong",
                        authority);

        assertThatThrownBy(
                        () -> submit("wrong", ShippedConfig.withPassword(root), "SASL_SSL", wrong))
                .hasMessageContaining("kafka.sasl.jaas.config: ")
                .hasMessageContaining("refused the login")
                .message()
                .doesNotContain(SecuredBroker.PASSWORD);
        hidden("the JobManager's log", rig.flink().jobManagerOutput());
    }

    private static String submit(String name, ShippedConfig shipped, String listener, Path secrets)
            throws Exception {
        Path config =
                shipped.at(rig.broker().bootstrapServers(listener), secrets)
                        .with(
                                "/opt/flink/models/model",
                                root.resolve("tests/models/scifact-minilm-layerwise").toString())
                        .with("checkpoint_interval: 10s", "checkpoint_interval: 1s")
                        .write(shared.resolve(name + ".yaml"));
        String job = rig.submit(config, 1, null);
        rig.flink().rest().awaitProgress(job, PATIENCE);
        return job;
    }

    private static void answer(String id) throws Exception {
        rig.broker().send(SEEN, id + "-bad", PAYLOAD);
        rig.broker()
                .send(
                        SEEN,
                        id,
                        json("{'request_id': '%s', 'query': '%s', 'documents': ['%s']}")
                                .formatted(id, PAYLOAD, PAYLOAD));
        Eventually.holds(
                "the result of " + id,
                PATIENCE,
                () ->
                        TopicRecords.read(
                                        rig.broker().bootstrapServers(),
                                        "rerank.results",
                                        IsolationLevel.READ_COMMITTED)
                                .values()
                                .containsKey(id));
    }

    private static void hidden(String where, String text) {
        assertThat(text).as(where).isNotBlank().doesNotContain(SecuredBroker.PASSWORD);
    }

    /** Files that the cluster wrote: logs, graphs, checkpoints, savepoints. */
    private static WrittenFiles written() {
        return new WrittenFiles(rig.directory().resolve("flink"));
    }

    private boolean isGraph(Path file) {
        return file.startsWith(rig.directory().resolve("flink/ha"));
    }
}
