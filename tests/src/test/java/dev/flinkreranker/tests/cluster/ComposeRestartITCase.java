package dev.flinkreranker.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkCluster;
import dev.flinkreranker.tests.rig.ImageTree;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What compose runs, on the image's file tree: both of Flink's processes are killed and started by
 * the same command, and every request has one result.
 */
class ComposeRestartITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int REQUESTS = 30;
    private static final int MORE = 6;

    @TempDir private Path folder;

    @Test
    void whatDiesIsTakenUpAgain() throws Exception {
        Path root = Path.of("..").toRealPath();
        ImageTree image = ImageTree.layOut(root);
        try (KafkaBroker broker =
                KafkaBroker.start(folder.resolve("kafka"), KafkaBroker.Settings.PLAIN)) {
            broker.createTopics(1, "requests", "results", "dead-letters");
            send(broker, 0, REQUESTS);
            Path config = config(root, broker);
            List<String> job = List.of("--config", config.toString(), "--resume");
            try (FlinkCluster flink = FlinkCluster.startJob(folder.resolve("flink"), image, job)) {
                awaitResults(broker, 1);
                flink.killJobManager();
                flink.killTaskManager(0);
                assertThat(results(broker).distinct()).isLessThan(REQUESTS);

                flink.startTaskManager(0);
                flink.startJobManager();
                awaitResults(broker, REQUESTS);
                assertThat(flink.jobManagerOutput()).contains("goes on from ");

                send(broker, REQUESTS, REQUESTS + MORE);
                flink.killJobManager();
                flink.startJobManager();
                awaitResults(broker, REQUESTS + MORE);
            }
            assertThat(results(broker).values().values()).allMatch(values -> values.size() == 1);
            assertThat(results(broker).distinct()).isEqualTo(REQUESTS + MORE);
        }
    }

    private Path config(Path root, KafkaBroker broker) throws Exception {
        return Files.writeString(
                folder.resolve("rerank.yaml"),
                """
                name: compose
                requests: {topic: requests}
                results: {topic: results}
                dead_letters: {topic: dead-letters}
                kafka: {bootstrap.servers: "%s"}
                delivery: {checkpoint_interval: 500ms}
                models: {small: {directory: %s}}
                defaults: {model: small, max_length: 256}
                """
                        .formatted(
                                broker.bootstrapServers(),
                                root.resolve("tests/models/scifact-minilm-layerwise")));
    }

    private static void send(KafkaBroker broker, int from, int end) throws Exception {
        String passage = "the sun lets the skin make vitamin D from dawn to noon ".repeat(20);
        for (int i = from; i < end; i++) {
            String documents = ("\"" + i + " " + passage + "\",").repeat(12) + "\"a red car\"";
            broker.send(
                    "requests",
                    "r-" + i,
                    "{\"request_id\": \"r-%d\", \"query\": \"vitamin D\", \"documents\": [%s]}"
                            .formatted(i, documents));
        }
    }

    private static TopicRecords results(KafkaBroker broker) {
        return TopicRecords.read(
                broker.bootstrapServers(), "results", IsolationLevel.READ_COMMITTED);
    }

    private static void awaitResults(KafkaBroker broker, int results) throws Exception {
        Eventually.holds(
                results + " results", PATIENCE, () -> results(broker).distinct() >= results);
    }
}
