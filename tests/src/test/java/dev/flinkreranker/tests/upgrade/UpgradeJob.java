package dev.flinkreranker.tests.upgrade;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.stream.StreamFixture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** The job of which savepoints are taken, and into which they are restored. */
final class UpgradeJob {

    /** Transactional ids begin with it, so it never changes. */
    private static final String NAME = "upgrade";

    private static final EngineFactory ENGINES =
            () -> RerankEngine.open(EngineSettings.ofBatchTokens(2048), m -> new HeldScorer());

    private final StreamFixture topics;

    private UpgradeJob(StreamFixture topics) {
        this.topics = topics;
    }

    /** On a broker that knows nothing of it yet. */
    static UpgradeJob on(LocalBroker broker) throws Exception {
        StreamFixture topics = new StreamFixture(broker, NAME);
        topics.createTopics();
        // A request of an old savepoint gives its result its own old timestamp.
        keepForEver(broker, topics.requests(), topics.results(), topics.deadLetters());
        return new UpgradeJob(topics);
    }

    private static void keepForEver(LocalBroker broker, String... topics) throws Exception {
        try (Admin admin = broker.admin()) {
            for (String topic : topics) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                AlterConfigOp forEver =
                        new AlterConfigOp(
                                new ConfigEntry("retention.ms", "-1"), AlterConfigOp.OpType.SET);
                admin.incrementalAlterConfigs(Map.of(resource, List.of(forEver))).all().get();
            }
        }
    }

    StreamFixture topics() {
        return topics;
    }

    /**
     * Starts it; it runs until it is cancelled.
     *
     * @param capacity most requests under way in one parallel instance
     * @param more sections of the job's YAML
     * @param savepoint to start from; null for none
     */
    JobClient start(
            int parallelism, int capacity, Duration checkpoints, String more, Savepoint savepoint)
            throws Exception {
        return start(parallelism, capacity, checkpoints, more, savepoint, new Configuration());
    }

    /** Likewise, with options of Flink's. */
    JobClient start(
            int parallelism,
            int capacity,
            Duration checkpoints,
            String more,
            Savepoint savepoint,
            Configuration flink)
            throws Exception {
        if (savepoint != null) {
            flink.set(
                    StateRecoveryOptions.SAVEPOINT_PATH, savepoint.directory().toUri().toString());
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(flink);
        build(env, topics.broker().bootstrapServers(), parallelism, capacity, checkpoints, more);
        return env.executeAsync(NAME);
    }

    /** Puts the job into an environment. */
    static void build(
            StreamExecutionEnvironment env,
            String kafka,
            int parallelism,
            int capacity,
            Duration checkpoints,
            String more) {
        StreamJob.build(
                env,
                JobConfigReader.parse(
                        """
                        name: %1$s
                        parallelism: %2$d
                        requests: {topic: %1$s-requests, group: %1$s, start: earliest}
                        results: {topic: %1$s-results}
                        dead_letters: {topic: %1$s-dead-letters}
                        kafka: {bootstrap.servers: "%3$s"}
                        rerank: {capacity: %4$d}
                        delivery: {checkpoint_interval: %5$dms, checkpoint_timeout: 1min}
                        models: {hash: {directory: /models/hash}}
                        defaults: {model: hash}
                        %6$s
                        """
                                .formatted(
                                        NAME,
                                        parallelism,
                                        kafka,
                                        capacity,
                                        checkpoints.toMillis(),
                                        more)),
                ENGINES);
    }
}
