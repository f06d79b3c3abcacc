package dev.flinkreranker.tests.security;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that Kafka does not let in says so in one line, with what to look at, and no secret. */
class KafkaRefusalsITCase {

    @TempDir private static Path shared;
    private static SecuredJob job;

    @TempDir private Path folder;

    @BeforeAll
    static void start() throws Exception {
        job = SecuredJob.prepare(shared);
        SecuredBroker.grant(job.broker(), SecuredJob.rights(SecuredBroker.USER));
    }

    @AfterAll
    static void stop() {
        if (job != null) {
            job.close();
        }
    }

    @Test
    void aWrongPasswordIsSaidInOneLine() throws Exception {
        Path wrong =
                MountedSecrets.withPassword(
                        folder.resolve("secrets"), "reranker", "canary-wrong", job.authority());

        assertThatThrownBy(() -> job.run(job.withPassword(wrong)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(
                        "kafka.sasl.jaas.config: %s refused the login (Authentication failed"
                                .formatted(job.broker().bootstrapServers("SASL_SSL")))
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

        assertThatThrownBy(() -> job.run(job.withPassword(wrong)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(
                        "kafka.ssl: no TLS connection to %s (unable to find valid certification path"
                                .formatted(job.broker().bootstrapServers("SASL_SSL")))
                .hasMessageContaining("check that ssl.truststore holds")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aCertificateThatTheBrokersDoNotTrustIsSaidInOneLine() throws Exception {
        Certificates other = Certificates.of(folder.resolve("other"), "other-authority");
        other.sign("reranker");
        Path wrong =
                MountedSecrets.withCertificate(folder.resolve("secrets"), other, job.authority());

        assertThatThrownBy(() -> job.run(job.withCertificate(wrong)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(
                        "kafka.ssl: no TLS connection to " + job.broker().bootstrapServers("SSL"))
                .hasMessageEndingWith("that ssl.keystore holds one that they trust")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aSecretThatIsNotMountedIsSaidInOneLine() throws Exception {
        assertThatThrownBy(() -> job.run(job.withPassword(folder.resolve("nowhere"))))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("kafka: no client can be made of these properties: ")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aTopicThatIsNotThereIsNamed() throws Exception {
        ShippedConfig config =
                job.withPassword(job.secrets())
                        .with(
                                "bootstrap.servers: ",
                                "bootstrap.servers: " + job.broker().bootstrapServers() + " #")
                        .with("protocol: SASL_SSL", "protocol: PLAINTEXT")
                        .with("{topic: rerank.results}", "{topic: rerank.result}");

        assertThatThrownBy(() -> job.run(config))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "results.topic: the topic rerank.result does not exist in %s; create it"
                                .formatted(job.broker().bootstrapServers()));
    }
}
