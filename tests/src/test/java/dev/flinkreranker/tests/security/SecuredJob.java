package dev.flinkreranker.tests.security;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamCommand;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.tests.rig.KafkaBroker;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.acl.AclBinding;
import picocli.CommandLine;

/**
 * A broker with TLS, logins and an authorizer, and the job with the configuration that ships, to
 * the end of what is there and without a model.
 *
 * @param folder for all files
 * @param authority whom the broker trusts, and who signed its certificate
 * @param broker the broker, with the topics of the configuration
 * @param secrets the mounted secrets of the job's own user
 */
record SecuredJob(Path folder, Certificates authority, KafkaBroker broker, Path secrets)
        implements AutoCloseable {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Path KAFKA_USER = ROOT.resolve("k8s/kafka/kafka-user.yaml");

    /** Starts the broker; nobody may do anything on it yet. */
    static SecuredJob prepare(Path folder) throws Exception {
        Certificates authority = Certificates.of(folder.resolve("certificates"), "test-authority");
        KafkaBroker broker =
                KafkaBroker.start(folder.resolve("kafka"), SecuredBroker.settings(authority));
        broker.createTopics(1, SecuredBroker.TOPICS);
        Path secrets =
                MountedSecrets.withPassword(
                        folder.resolve("secrets"), "reranker", SecuredBroker.PASSWORD, authority);
        return new SecuredJob(folder, authority, broker, secrets);
    }

    /** What the shipped KafkaUser lets a principal do. */
    static List<AclBinding> rights(String principal) throws Exception {
        return KafkaUserRights.read(KAFKA_USER, principal);
    }

    /** The shipped configuration with these secrets of a user with a password. */
    ShippedConfig withPassword(Path mounted) throws Exception {
        return bounded(ShippedConfig.withPassword(ROOT), "SASL_SSL", mounted);
    }

    /** The shipped configuration with these secrets of a user with a certificate. */
    ShippedConfig withCertificate(Path mounted) throws Exception {
        return bounded(ShippedConfig.withCertificate(ROOT), "SSL", mounted);
    }

    private ShippedConfig bounded(ShippedConfig shipped, String listener, Path mounted) {
        return shipped.at(broker.bootstrapServers(listener), mounted)
                .with(
                        "requests: {topic: rerank.requests}",
                        "parallelism: 1\nrequests: {topic: rerank.requests, stop: latest}")
                .with("model: default", "model: none")
                .with(
                        "checkpoint_interval: 10s",
                        "checkpoint_interval: 500ms\n  checkpoint_dir: " + folder.resolve("state"));
    }

    /** Runs it as the command line does: asks Kafka first. */
    void run(ShippedConfig config) throws Exception {
        StreamCommand command = new StreamCommand();
        new CommandLine(command)
                .parseArgs("--config", config.write(folder.resolve("rerank.yaml")).toString());
        command.call();
    }

    /** Runs the job alone, as a cluster restarts it. */
    @SuppressWarnings("try") // closing the environment may be interrupted, and the test with it
    void runUnchecked(ShippedConfig shipped) throws Exception {
        JobConfig config = JobConfigReader.parse(shipped.yaml());
        Configuration flink = new Configuration();
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        flink.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        try (StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(flink)) {
            StreamJob.build(env, config, StreamJob.engines(config));
            env.execute();
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
