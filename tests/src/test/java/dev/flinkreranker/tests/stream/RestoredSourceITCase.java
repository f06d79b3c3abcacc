package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.ScoredRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.kafka.KafkaHeaders;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.OverflowRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that is restored where its topics are not what they were. */
class RestoredSourceITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String MORE =
            """
            delivery: {checkpoint_interval: 300ms}
            defaults: {model: hash}
            """;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"latest", "2020-01-01T00:00:00Z", "earliest"})
    void whatAnOutageLeftIsRead(String start) throws Exception {
        StreamFixture job = topics("outage-" + start.substring(0, 4));
        String savepoint = warmUp(job, job.yaml(start, "never", MORE));
        loseTheFirstThree(job);

        JobClient restored =
                job.start(JobConfigReader.parse(job.yaml(start, "never", MORE)), folder, savepoint);
        try {
            Eventually.holds(
                    "the seven that are left are answered", PATIENCE, () -> late(job).size() >= 7);
        } finally {
            restored.cancel().get();
        }
        assertThat(late(job))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(3, 10).mapToObj(i -> "late-" + i).toList());
    }

    @Test
    void anOutageThatLostRequestsEndsTheJobWhereThatIsAsked() throws Exception {
        StreamFixture job = topics("none");
        String yaml = job.yaml("latest", "never", MORE);
        String savepoint = warmUp(job, yaml);
        loseTheFirstThree(job);

        JobClient restored =
                job.start(
                        JobConfigReader.parse(
                                yaml.replace("stop: never", "auto_offset_reset: none")),
                        folder,
                        savepoint);

        assertThatThrownBy(() -> StreamFixture.awaitEnd(restored))
                .rootCause()
                .message()
                .matches(
                        "none-requests-0: offsets \\d+ to \\d+ are gone before they were read;"
                                + " retention took them. Look at what is lost, then set"
                                + " requests.auto_offset_reset to earliest or latest to go on");
        assertThat(late(job)).isEmpty();
    }

    @Test
    void aTopicThatIsNotReadAnyMoreIsNotReadAndCanBeReadAgain() throws Exception {
        StreamFixture job = topics("former");
        StreamFixture other = topics("other");
        String yaml = job.yaml("earliest", "never", MORE);
        String changed = yaml.replace("{topic: former-requests", "{topic: other-requests");
        String first = warmUp(job, yaml);
        send(job, "former-1");
        send(other, "other-1");

        String second = runUntil(job, changed, first, "other-1");
        assertThat(keys(job)).doesNotContain("former-1");
        String third = runUntil(job, yaml, second, "former-1");
        send(other, "other-2");
        send(job, "former-2");
        runUntil(job, yaml, third, "former-2");
        assertThat(keys(job)).doesNotContain("other-2");
    }

    @Test
    void aPatternReadsItsTopicsAndOneThatLeavesItIsNotReadAnyMore() throws Exception {
        StreamFixture job = topics("pattern-a");
        StreamFixture other = topics("pattern-b");
        String yaml = job.yaml("earliest", "never", MORE);
        String both =
                yaml.replace("{topic: pattern-a-requests", "{topic_pattern: 'pattern-.-requests'");
        String named =
                yaml.replace(
                        "{topic: pattern-a-requests",
                        "{topics: [pattern-a-requests, pattern-b-requests]");
        String first = warmUp(job, both);
        send(job, "a-1");
        send(other, "b-1");

        String second = runUntil(job, both, first, "a-1", "b-1");
        send(other, "b-2");
        String third = runUntil(job, named, second, "b-2");
        send(other, "b-3");
        send(job, "a-2");
        runUntil(job, yaml, third, "a-2");
        assertThat(keys(job)).doesNotContain("b-3").doesNotHaveDuplicates();
    }

    @Test
    void whatWaitsInAFormerOverflowTopicIsStillAnswered() throws Exception {
        StreamFixture job = topics("spill");
        StreamFixture other = topics("spill-other");
        String yaml =
                job.yaml(
                        "earliest",
                        "never",
                        MORE + "overflow: {topic: %s}\n".formatted(job.overflow()));
        setAside(job, "read");
        String savepoint = warmUp(job, yaml, "read");
        setAside(job, "waits");

        String changed = yaml.replace(job.overflow(), other.overflow());
        String second = runUntil(job, changed, savepoint, "waits");
        setAside(other, "waits-too");
        runUntil(job, changed, second, "waits-too");
        assertThat(keys(job)).doesNotHaveDuplicates();
    }

    @Test
    void anotherTopicOfTenantsIsRefused() throws Exception {
        StreamFixture job = topics("tenants-of");
        String yaml =
                job.yaml(
                        "earliest",
                        "never",
                        MORE
                                + "tenant_configs: {topic: %s}\n".formatted(job.tenants())
                                + "unknown_tenant: hold\n");
        // Its result shows that the topic was read.
        job.send(List.of(new VersionedTenants(job).update("acme", VersionedTenants.config(1))));
        String savepoint = warmUp(job, yaml);
        String other = topics("tenants-other").tenants();

        JobClient restored =
                job.start(
                        JobConfigReader.parse(yaml.replace(job.tenants(), other)),
                        folder,
                        savepoint);

        assertThatThrownBy(() -> StreamFixture.awaitEnd(restored))
                .rootCause()
                .hasMessage(
                        "the state was made with the topic tenants-of-tenants, and the job is to"
                                + " read tenants-other-tenants now, whose configs would mix with"
                                + " those. Name tenants-of-tenants again, or begin without state");
    }

    private static StreamFixture topics(String name) throws Exception {
        StreamFixture topics = new StreamFixture(BROKER.get(), name);
        topics.createTopics();
        return topics;
    }

    /** Runs the job until it surely knows where it is in every partition, and answered these. */
    private String warmUp(StreamFixture job, String yaml, String... wanted) throws Exception {
        JobClient client = job.start(JobConfigReader.parse(yaml), folder, null);
        AtomicInteger sent = new AtomicInteger();
        Eventually.holds(
                "first results",
                PATIENCE,
                () -> {
                    send(job, "warm-" + sent.getAndIncrement());
                    List<String> keys = keys(job);
                    return keys.contains("warm-0") && keys.containsAll(List.of(wanted));
                });
        return StreamFixture.stop(client, folder);
    }

    private String runUntil(StreamFixture job, String yaml, String savepoint, String... wanted)
            throws Exception {
        JobClient client = job.start(JobConfigReader.parse(yaml), folder, savepoint);
        Eventually.holds(
                "results of " + List.of(wanted),
                PATIENCE,
                () -> keys(job).containsAll(List.of(wanted)));
        return StreamFixture.stop(client, folder);
    }

    private static void loseTheFirstThree(StreamFixture job) throws Exception {
        TopicPartition partition = new TopicPartition(job.requests(), 0);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            records.add(record(job, "late-" + i));
        }
        try (Admin admin = BROKER.get().admin()) {
            long end =
                    admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get()
                            .offset();
            job.send(records);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end + 3)))
                    .all()
                    .get();
        }
    }

    /** As the job sets a request aside. */
    private static void setAside(StreamFixture job, String id) throws Exception {
        byte[] key = id.getBytes(UTF_8);
        RawEvent event =
                new RawEvent(
                        key,
                        request(id, 1).getBytes(UTF_8),
                        List.of(),
                        "from",
                        0,
                        0,
                        System.currentTimeMillis());
        OutgoingRecord record = OverflowRecord.of(event, "default");
        job.send(
                List.of(
                        new ProducerRecord<>(
                                job.overflow(),
                                0,
                                key,
                                record.value(),
                                KafkaHeaders.of(record.headers()))));
    }

    private static void send(StreamFixture job, String id) throws Exception {
        job.send(List.of(record(job, id)));
    }

    private static ProducerRecord<byte[], byte[]> record(StreamFixture job, String id) {
        return new ProducerRecord<>(
                job.requests(), 0, id.getBytes(UTF_8), request(id, 1).getBytes(UTF_8));
    }

    private static List<String> keys(StreamFixture job) {
        return job.committed(job.results()).stream()
                .map(record -> new String(record.key(), UTF_8))
                .toList();
    }

    private static List<String> late(StreamFixture job) {
        return keys(job).stream().filter(key -> key.startsWith("late-")).toList();
    }
}
