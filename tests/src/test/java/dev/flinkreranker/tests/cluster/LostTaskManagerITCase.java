package dev.flinkreranker.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.Rig;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** With the scheduler that we ship, a job goes on with the TaskManagers that are left. */
class LostTaskManagerITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int REQUESTS = 100;

    private static final Map<String, String> ADAPTIVE =
            Map.of(
                    "jobmanager.scheduler", "adaptive",
                    "jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout", "1s",
                    "heartbeat.timeout", "3 s");

    @Test
    void theJobGoesOnAtALowerParallelismAndAnswersAllOnce() throws Exception {
        Path root = Path.of("..").toRealPath();
        try (Rig rig = Rig.start(root, KafkaBroker.Settings.PLAIN, 2, ADAPTIVE)) {
            rig.broker().createTopics(4, "requests", "results", "dead-letters", "tenants");
            sendRequests(rig.broker().bootstrapServers());
            String job = rig.submit(config(rig, root), 4, null);
            Eventually.holds(
                    "the first results", PATIENCE, () -> committed(rig, "results").distinct() > 0);
            assertThat(parallelism(rig, job)).isEqualTo(4);

            rig.flink().killTaskManager(1);

            Eventually.holds(
                    "the job runs on two slots", PATIENCE, () -> parallelism(rig, job) == 2);
            // Those that waited for their config are under way only now.
            assertThat(committed(rig, "results").distinct()).isLessThan(REQUESTS);
            rig.broker().send("tenants", "late", "{\"version\": 3}");
            Eventually.holds(
                    "all are answered",
                    PATIENCE,
                    () -> committed(rig, "results").distinct() == REQUESTS);
            assertThat(committed(rig, "results").duplicates()).isZero();
            assertThat(committed(rig, "dead-letters").distinct()).isZero();
        }
    }

    /** Of the operator that scores. */
    private static int parallelism(Rig rig, String job) throws Exception {
        for (JsonNode vertex : rig.flink().rest().get("/jobs/" + job).path("vertices")) {
            if (vertex.path("name").asText().contains("rerank")) {
                return vertex.path("parallelism").asInt();
            }
        }
        return 0;
    }

    private static TopicRecords committed(Rig rig, String topic) {
        return TopicRecords.read(
                rig.broker().bootstrapServers(), topic, IsolationLevel.READ_COMMITTED);
    }

    private static Path config(Rig rig, Path root) throws Exception {
        return rig.file(
                "lost.yaml",
                """
                name: lost
                requests: {topic: requests}
                results: {topic: results}
                dead_letters: {topic: dead-letters}
                kafka: {bootstrap.servers: "%s"}
                delivery: {checkpoint_interval: 1s}
                models: {small: {directory: %s}}
                defaults: {model: small, max_length: 256}
                tenants: {busy: {}}
                tenant_configs: {topic: tenants, hold_time: 1h}
                unknown_tenant: hold
                """
                        .formatted(
                                rig.broker().bootstrapServers(),
                                root.resolve("tests/models/scifact-minilm-layerwise")));
    }

    private static void sendRequests(String brokers) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", brokers),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (int i = 0; i < REQUESTS; i++) {
                // Every fourth waits for its tenant's config.
                String tenant = i % 4 == 0 ? "late" : "busy";
                producer.send(new ProducerRecord<>("requests", "r" + i, request("r" + i, tenant)));
            }
        }
    }

    private static String request(String id, String tenant) {
        String passages =
                String.join(
                        ", ",
                        IntStream.range(0, 12)
                                .mapToObj(
                                        i ->
                                                "\""
                                                        + (id + " has a passage " + i + " ")
                                                                .repeat(9)
                                                        + "\"")
                                .toList());
        return """
               {"request_id": "%s", "tenant": "%s", "query": "vitamin D", "documents": [%s]}
               """
                .formatted(id, tenant, passages);
    }
}
