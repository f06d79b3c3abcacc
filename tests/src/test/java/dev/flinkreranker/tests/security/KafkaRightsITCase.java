package dev.flinkreranker.tests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.deadletter.DeadLettersCommand;
import dev.flinkreranker.job.stream.StreamCommand;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.job.tenants.TenantsCommand;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * What the job may and must be let do on a broker with TLS, logins and an authorizer: all that
 * {@code k8s/kafka/kafka-user.yaml} grants, and no less.
 */
class KafkaRightsITCase {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path KAFKA_USER = ROOT.resolve("k8s/kafka/kafka-user.yaml");

    @TempDir private static Path shared;
    private static Certificates authority;
    private static KafkaBroker broker;
    private static Path secrets;

    @TempDir private Path folder;

    @BeforeAll
    static void start() throws Exception {
        authority = Certificates.of(shared.resolve("certificates"), "test-authority");
        broker = KafkaBroker.start(shared.resolve("kafka"), SecuredBroker.settings(authority));
        broker.createTopics(1, SecuredBroker.TOPICS);
        secrets =
                MountedSecrets.withPassword(
                        shared.resolve("secrets"), "reranker", SecuredBroker.PASSWORD, authority);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void grantAll() throws Exception {
        try (Admin admin = broker.admin()) {
            admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        }
        SecuredBroker.grant(broker, rights());
    }

    static List<AclBinding> rights() throws Exception {
        return KafkaUserRights.read(KAFKA_USER, SecuredBroker.USER);
    }

    @Test
    void theListedRightsAreEnough() throws Exception {
        broker.send("rerank.requests", "granted", request("granted"));
        broker.send("rerank.requests", "bad", "{");

        start(bounded(secrets));

        assertThat(committed("rerank.results").values()).containsKey("granted");
        assertThat(committed("rerank.dead-letters").values()).containsKey("bad");
        try (Admin admin = broker.admin()) {
            Eventually.holds(
                    "progress that monitoring sees",
                    Duration.ofMinutes(1),
                    () -> {
                        if (!admin.listConsumerGroupOffsets("flink-reranker")
                                .partitionsToOffsetAndMetadata()
                                .get()
                                .isEmpty()) {
                            return true;
                        }
                        // A job that ends before its first checkpoint has told nobody.
                        broker.send("rerank.requests", "more", request("more"));
                        start(bounded(secrets));
                        return false;
                    });
        }
    }

    @ParameterizedTest
    @MethodSource("rights")
    void withoutOneOfThemTheJobCannotDoItsWork(AclBinding missing) throws Exception {
        SecuredBroker.revoke(broker, List.of(missing));
        broker.send("rerank.requests", "m", request("m"));
        broker.send("rerank.requests", "bad", "{");

        assertThat(catchThrowable(() -> runUnchecked(bounded(secrets))))
                .as("the job without %s", missing)
                .isNotNull();
        assertThatThrownBy(() -> start(bounded(secrets)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(
                        "%s does not let the job's user "
                                .formatted(broker.bootstrapServers("SASL_SSL")))
                .hasMessageContaining(missing.pattern().name())
                .hasMessageContaining(missing.entry().operation().name().toLowerCase(Locale.ROOT));
    }

    @Test
    void aCertificateIsAsGoodAsAPassword() throws Exception {
        authority.sign("reranker");
        SecuredBroker.grant(broker, KafkaUserRights.read(KAFKA_USER, SecuredBroker.CERTIFIED));
        broker.send("rerank.requests", "certified", request("certified"));
        Path certified =
                MountedSecrets.withCertificate(folder.resolve("secrets"), authority, authority);

        start(bounded(ShippedConfig.withCertificate(ROOT), "SSL", certified));

        assertThat(committed("rerank.results").values()).containsKey("certified");
    }

    @Test
    void whoChangesTenantsNeedsNoMoreThanTheOtherUserMay() throws Exception {
        compactTenants();
        // Nobody needs a right to read what is empty.
        broker.send("rerank.tenants", "acme", "{\"version\": 1}");
        Path acme = Files.writeString(folder.resolve("acme.yaml"), "top_n: 1\n");

        assertNeedsAll(
                SecuredBroker.TENANTS,
                "kafka-user-tenants.yaml",
                new TenantsCommand(),
                "put",
                acme.toString());
    }

    @Test
    void whoSendsDeadLettersAgainNeedsNoMoreThanTheOtherUserMay() throws Exception {
        broker.send("rerank.requests", "bad", "{");
        start(bounded(secrets));

        assertNeedsAll(
                SecuredBroker.REDRIVE,
                "kafka-user-redrive.yaml",
                new DeadLettersCommand(),
                "redrive",
                "--reason",
                "INVALID_JSON");
    }

    /** The command fails without any one of the user's rights, and then does it with all. */
    private void assertNeedsAll(String user, String kafkaUser, Object command, String... arguments)
            throws Exception {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--config", asUser(user)));
        List<AclBinding> rights =
                KafkaUserRights.read(ROOT.resolve("k8s/kafka").resolve(kafkaUser), user);
        SecuredBroker.grant(broker, rights);
        for (AclBinding missing : rights) {
            SecuredBroker.revoke(broker, List.of(missing));
            assertThat(run(command, line)).as("without %s", missing).isNotZero();
            SecuredBroker.grant(broker, List.of(missing));
        }
        assertThat(run(command, line)).isZero();
    }

    private static int run(Object command, List<String> arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(Writer.nullWriter()))
                .setErr(new PrintWriter(Writer.nullWriter()))
                .execute(arguments.toArray(String[]::new));
    }

    /** The shipped configuration with another user's password. */
    private String asUser(String user) throws Exception {
        Path mounted =
                MountedSecrets.withPassword(
                        folder.resolve("secrets"),
                        SecuredBroker.name(user),
                        SecuredBroker.PASSWORD,
                        authority);
        return bounded(mounted).write(folder.resolve("other-user.yaml")).toString();
    }

    private static void compactTenants() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "rerank.tenants");
        AlterConfigOp compact =
                new AlterConfigOp(
                        new ConfigEntry(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT),
                        AlterConfigOp.OpType.SET);
        try (Admin admin = broker.admin()) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(compact))).all().get();
        }
    }

    @Test
    void aWrongPasswordIsSaidInOneLine() throws Exception {
        Path wrong =
                MountedSecrets.withPassword(
                        folder.resolve("secrets"), "reranker", "canary-wrong", authority);

        assertThatThrownBy(() -> start(bounded(wrong)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(
                        "kafka.sasl.jaas.config: %s refused the login (Authentication failed"
                                .formatted(broker.bootstrapServers("SASL_SSL")))
                .hasMessageEndingWith("check user, password and sasl.mechanism")
                .message()
                .doesNotContain("\n", "canary");
    }

    @Test
    void anUnknownAuthorityIsSaidInOneLine() throws Exception {
        Certificates other = Certificates.of(folder.resolve("other"), "other-authority");
        Path wrong =
                MountedSecrets.withPassword(
                        folder.resolve("secrets"), "reranker", SecuredBroker.PASSWORD, other);

        assertThatThrownBy(() -> start(bounded(wrong)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(
                        "kafka.ssl: no TLS connection to %s (unable to find valid certification path"
                                .formatted(broker.bootstrapServers("SASL_SSL")))
                .hasMessageContaining("check that ssl.truststore holds")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aCertificateThatTheBrokersDoNotTrustIsSaidInOneLine() throws Exception {
        Certificates other = Certificates.of(folder.resolve("other"), "other-authority");
        other.sign("reranker");
        Path wrong = MountedSecrets.withCertificate(folder.resolve("secrets"), other, authority);

        assertThatThrownBy(() -> start(bounded(ShippedConfig.withCertificate(ROOT), "SSL", wrong)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(
                        "kafka.ssl: no TLS connection to " + broker.bootstrapServers("SSL"))
                .hasMessageEndingWith("that ssl.keystore holds one that they trust")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aSecretThatIsNotMountedIsSaidInOneLine() throws Exception {
        assertThatThrownBy(() -> start(bounded(folder.resolve("nowhere"))))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("kafka: no client can be made of these properties: ")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aTopicThatIsNotThereIsNamed() throws Exception {
        ShippedConfig config =
                bounded(secrets)
                        .with(
                                "bootstrap.servers: ",
                                "bootstrap.servers: " + broker.bootstrapServers() + " #")
                        .with("protocol: SASL_SSL", "protocol: PLAINTEXT")
                        .with("{topic: rerank.results}", "{topic: rerank.result}");

        assertThatThrownBy(() -> start(config))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "results.topic: the topic rerank.result does not exist in %s; create it"
                                .formatted(broker.bootstrapServers()));
    }

    private static ShippedConfig bounded(Path mounted) throws Exception {
        return bounded(ShippedConfig.withPassword(ROOT), "SASL_SSL", mounted);
    }

    /** The shipped configuration, to the end of what is there, without a model. */
    private static ShippedConfig bounded(ShippedConfig shipped, String listener, Path mounted) {
        return shipped.at(broker.bootstrapServers(listener), mounted)
                .with(
                        "requests: {topic: rerank.requests}",
                        "parallelism: 1\nrequests: {topic: rerank.requests, stop: latest}")
                .with("model: default", "model: none")
                .with("checkpoint_interval: 10s", "checkpoint_interval: 500ms");
    }

    /** As the command line does: asks Kafka first. */
    private void start(ShippedConfig config) throws Exception {
        StreamCommand command = new StreamCommand();
        new CommandLine(command)
                .parseArgs("--config", config.write(folder.resolve("rerank.yaml")).toString());
        command.call();
    }

    /** The job alone, as a cluster restarts it. */
    @SuppressWarnings("try") // closing the environment may be interrupted, and the test with it
    private void runUnchecked(ShippedConfig shipped) throws Exception {
        JobConfig config = JobConfigReader.parse(shipped.yaml());
        Configuration flink = new Configuration();
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.toUri().toString());
        try (StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(flink)) {
            StreamJob.build(env, config, StreamJob.engines(config));
            env.execute();
        }
    }

    private static String request(String id) {
        return "{\"request_id\": \"%s\", \"query\": \"q\", \"documents\": [\"d\"]}".formatted(id);
    }

    private static TopicRecords committed(String topic) {
        return TopicRecords.read(broker.bootstrapServers(), topic, IsolationLevel.READ_COMMITTED);
    }
}
