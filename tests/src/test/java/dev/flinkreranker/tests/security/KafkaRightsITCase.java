package dev.flinkreranker.tests.security;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flinkreranker.job.deadletter.DeadLettersCommand;
import dev.flinkreranker.job.tenants.TenantsCommand;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.TopicRecords;
import dev.flinkreranker.tests.support.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    @TempDir private static Path shared;
    private static SecuredJob job;

    @TempDir private Path folder;

    @BeforeAll
    static void start() throws Exception {
        job = SecuredJob.prepare(shared);
    }

    @AfterAll
    static void stop() {
        if (job != null) {
            job.close();
        }
    }

    @BeforeEach
    void grantAll() throws Exception {
        try (Admin admin = job.broker().admin()) {
            admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        }
        SecuredBroker.grant(job.broker(), rights());
    }

    static List<AclBinding> rights() throws Exception {
        return SecuredJob.rights(SecuredBroker.USER);
    }

    @Test
    void theListedRightsAreEnough() throws Exception {
        job.broker().send("rerank.requests", "granted", request("granted"));
        job.broker().send("rerank.requests", "bad", "{");

        job.run(job.withPassword(job.secrets()));

        assertThat(committed("rerank.results").values()).containsKey("granted");
        assertThat(committed("rerank.dead-letters").values()).containsKey("bad");
        try (Admin admin = job.broker().admin()) {
            Eventually.holds(
                    "progress that monitoring sees",
                    Duration.ofMinutes(4),
                    () -> {
                        if (!admin.listConsumerGroupOffsets("flink-reranker")
                                .partitionsToOffsetAndMetadata()
                                .get()
                                .isEmpty()) {
                            return true;
                        }
                        // A job that ends before its first checkpoint has told nobody.
                        job.broker().send("rerank.requests", "more", request("more"));
                        job.run(job.withPassword(job.secrets()));
                        return false;
                    });
        }
    }

    /** A job to the end of what is there sets nothing aside, so it needs none of these. */
    private static boolean isForOverflow(AclBinding right) {
        return right.pattern().name().equals("rerank.overflow");
    }

    static List<AclBinding> overflowRights() throws Exception {
        return rights().stream().filter(KafkaRightsITCase::isForOverflow).toList();
    }

    static List<AclBinding> boundedRights() throws Exception {
        return rights().stream().filter(right -> !isForOverflow(right)).toList();
    }

    @ParameterizedTest
    @MethodSource("overflowRights")
    void withoutOneOfTheOverflowTopicsRightsAnEndlessJobDoesNotStart(AclBinding missing)
            throws Exception {
        SecuredBroker.revoke(job.broker(), List.of(missing));

        assertThatThrownBy(
                        () -> job.run(job.withPassword(job.secrets()).with(", stop: latest}", "}")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("overflow.topic: ")
                .hasMessageEndingWith("topic rerank.overflow")
                .hasMessageContaining(missing.entry().operation().name().toLowerCase(Locale.ROOT));
    }

    @Test
    void aCompactedOverflowTopicIsRefused() throws Exception {
        compact("rerank.overflow");

        assertThatThrownBy(
                        () -> job.run(job.withPassword(job.secrets()).with(", stop: latest}", "}")))
                .hasMessage(
                        "overflow.topic: rerank.overflow is compacted (cleanup.policy), which"
                                + " deletes requests that wait in it; set it to delete");
    }

    @ParameterizedTest
    @MethodSource("boundedRights")
    void withoutOneOfThemTheJobCannotDoItsWork(AclBinding missing) throws Exception {
        SecuredBroker.revoke(job.broker(), List.of(missing));
        job.broker().send("rerank.requests", "m", request("m"));
        job.broker().send("rerank.requests", "bad", "{");

        assertThat(catchThrowable(() -> job.runUnchecked(job.withPassword(job.secrets()))))
                .as("the job without %s", missing)
                .isNotNull();
        assertThatThrownBy(() -> job.run(job.withPassword(job.secrets())))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(
                        "%s does not let the job's user "
                                .formatted(job.broker().bootstrapServers("SASL_SSL")))
                .hasMessageContaining(missing.pattern().name())
                .hasMessageContaining(missing.entry().operation().name().toLowerCase(Locale.ROOT));
    }

    @Test
    void aCertificateIsAsGoodAsAPassword() throws Exception {
        job.authority().sign("reranker");
        SecuredBroker.grant(job.broker(), SecuredJob.rights(SecuredBroker.CERTIFIED));
        job.broker().send("rerank.requests", "certified", request("certified"));
        Path certified =
                MountedSecrets.withCertificate(
                        folder.resolve("secrets"), job.authority(), job.authority());

        job.run(job.withCertificate(certified));

        assertThat(committed("rerank.results").values()).containsKey("certified");
    }

    @Test
    void whoChangesTenantsNeedsNoMoreThanTheOtherUserMay() throws Exception {
        compact("rerank.tenants");
        // Nobody needs a right to read what is empty.
        job.broker().send("rerank.tenants", "acme", json("{'version': 1}"));
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
        job.broker().send("rerank.requests", "bad", "{");
        job.run(job.withPassword(job.secrets()));

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
                KafkaUserRights.read(SecuredJob.ROOT.resolve("k8s/kafka").resolve(kafkaUser), user);
        SecuredBroker.grant(job.broker(), rights);
        for (AclBinding missing : rights) {
            SecuredBroker.revoke(job.broker(), List.of(missing));
            assertThat(run(command, line)).as("without %s", missing).isNotZero();
            SecuredBroker.grant(job.broker(), List.of(missing));
        }
        assertThat(run(command, line)).isZero();
    }

    private static int run(Object command, List<String> arguments) {
        return CommandRun.of(new CommandLine(command), arguments.toArray(String[]::new)).exitCode();
    }

    /** The shipped configuration with another user's password. */
    private String asUser(String user) throws Exception {
        Path mounted =
                MountedSecrets.withPassword(
                        folder.resolve("secrets"),
                        SecuredBroker.name(user),
                        SecuredBroker.PASSWORD,
                        job.authority());
        return job.withPassword(mounted).write(folder.resolve("other-user.yaml")).toString();
    }

    private static void compact(String name) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        AlterConfigOp compact =
                new AlterConfigOp(
                        new ConfigEntry(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT),
                        AlterConfigOp.OpType.SET);
        try (Admin admin = job.broker().admin()) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(compact))).all().get();
        }
    }

    private static String request(String id) {
        return json("{'request_id': '%s', 'query': 'q', 'documents': ['d']}").formatted(id);
    }

    private static TopicRecords committed(String topic) {
        return TopicRecords.read(
                job.broker().bootstrapServers(), topic, IsolationLevel.READ_COMMITTED);
    }
}
