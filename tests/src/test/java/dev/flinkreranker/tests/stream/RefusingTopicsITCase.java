package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.ScoredRequests.request;
import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Topics that others configured refuse some records. Where the job knows that, none restarts it: it
 * may not restart once here, except in the one test that says so.
 */
class RefusingTopicsITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final String MORE =
            """
            delivery: {checkpoint_interval: 300ms}
            defaults: {model: hash, overrides: [return_documents]}
            """;

    private static final EngineFactory ENGINES =
            () -> RerankEngine.open(EngineSettings.ofBatchTokens(2048), m -> new TextHashScorer());

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Path checkpoints = CheckpointFolder.create();

    @Test
    void aRequestWithoutKeyIsADeadLetterWhereResultsAreCompacted() throws Exception {
        StreamFixture job = job("compacted");
        alter(job.results(), TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        job.send(
                List.of(
                        event(job, "before", null),
                        new ProducerRecord<>(job.requests(), request("nokey", 1).getBytes(UTF_8)),
                        event(job, "after", null)));

        job.run(job.config(MORE), 0, checkpoints);

        assertThat(job.committed(job.results())).hasSize(2);
        assertThat(job.committed(job.deadLetters()))
                .singleElement()
                .satisfies(
                        letter ->
                                assertThat(header(letter, DeadLetter.REASON)).isEqualTo("NO_KEY"));
    }

    @Test
    void aTimestampThatTheTopicDoesNotTakeIsKeptInAHeader() throws Exception {
        StreamFixture job = job("timestamps");
        alter(
                job.requests(),
                TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                Long.toString(Long.MAX_VALUE));
        alter(job.results(), TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, "3600000");
        long started = System.currentTimeMillis();
        long micros = started * 1000;
        job.send(
                List.of(
                        event(job, "now", started),
                        event(job, "micros", micros),
                        event(job, "old", 1_000L),
                        new ProducerRecord<>(
                                job.requests(), null, micros, "bad".getBytes(UTF_8), new byte[1])));

        job.run(job.config(MORE), 0, checkpoints);

        List<ConsumerRecord<byte[], byte[]>> results = job.committed(job.results());
        assertThat(results).hasSize(3);
        for (ConsumerRecord<byte[], byte[]> result : results) {
            switch (new String(result.key(), UTF_8)) {
                case "now" -> {
                    assertThat(result.timestamp()).isEqualTo(started);
                    assertThat(result.headers()).isEmpty();
                }
                case "micros" -> assertTimeOfWriting(result, started, micros);
                default -> assertTimeOfWriting(result, started, 1_000);
            }
        }
        assertThat(job.committed(job.deadLetters()))
                .singleElement()
                .satisfies(letter -> assertTimeOfWriting(letter, started, micros));
    }

    @Test
    void theTimeOfWritingIsAnOption() throws Exception {
        StreamFixture job = job("writing");
        long started = System.currentTimeMillis();
        job.send(List.of(event(job, "a", started - 60_000)));

        String yaml = job.yaml("earliest", "latest", MORE);
        String results = "{topic: " + job.results();
        job.run(
                JobConfigReader.parse(yaml.replace(results + "}", results + ", timestamp: now}")),
                0,
                checkpoints);

        assertThat(job.committed(job.results()))
                .singleElement()
                .satisfies(result -> assertTimeOfWriting(result, started, started - 60_000));
    }

    @Test
    void aRecordThatItsTopicDoesNotTakeIsADeadLetterWithoutItsValue() throws Exception {
        StreamFixture job = job("large");
        alter(job.results(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "3000");
        alter(job.deadLetters(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "3000");
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        events.add(event(job, "before", null));
        ProducerRecord<byte[], byte[]> large = large(job, 20_000);
        events.add(large);
        events.add(event(job, "after", null));
        job.send(events);

        job.run(job.config(MORE), 0, checkpoints);

        assertThat(job.committed(job.results())).hasSize(2);
        assertThat(job.committed(job.deadLetters()))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(header(letter, DeadLetter.REASON))
                                    .isEqualTo("RESULT_TOO_LARGE");
                            assertThat(letter.value()).isNull();
                            assertThat(header(letter, DeadLetter.OMITTED_BYTES))
                                    .isEqualTo(Integer.toString(large.value().length));
                        });
    }

    @Test
    void aResultMayBeAsLargeAsItsTopicTakes() throws Exception {
        StreamFixture job = job("exact");
        job.send(List.of(withKeyOf(job, 100)));
        job.run(job.config(MORE), 0, checkpoints);
        ConsumerRecord<byte[], byte[]> result = job.committed(job.results()).get(0);
        long size = new OutgoingRecord(result.key(), result.value(), List.of()).size();
        alter(job.results(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(size));
        job.send(List.of(withKeyOf(job, 99), withKeyOf(job, 101)));

        // Without state, it answers the first again.
        job.run(job.config(MORE), 0, checkpoints);

        assertThat(job.committed(job.results()))
                .extracting(record -> record.key().length)
                .containsExactlyInAnyOrder(100, 100, 99);
        assertThat(job.committed(job.deadLetters()))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.key()).hasSize(101);
                            assertThat(header(letter, DeadLetter.MESSAGE))
                                    .contains(
                                            "the result has %d bytes; the limit is %d"
                                                    .formatted(size + 1, size));
                        });
    }

    /** The same request, so that only the key makes its result larger. */
    private static ProducerRecord<byte[], byte[]> withKeyOf(StreamFixture job, int bytes) {
        return new ProducerRecord<>(
                job.requests(),
                "k".repeat(bytes).getBytes(UTF_8),
                request("sized", 1).getBytes(UTF_8));
    }

    /**
     * The job may not restart. It is known to know by records that the topic would still take, and
     * that a job which knows writes otherwise.
     */
    @Test
    void aTopicThatIsTightenedIsKnownBeforeLong() throws Exception {
        StreamFixture job = job("known");
        ProducerRecord<byte[], byte[]> large = large(job, 20_000);
        String yaml = MORE + "sink: {metadata.max.age.ms: \"300\"}\n";
        JobClient client = job.start(job.endlessConfig(yaml), checkpoints, null);
        try {
            job.send(List.of(large));
            job.awaitCommitted("the first is answered", job.results(), 1);
            ConsumerRecord<byte[], byte[]> result = job.committed(job.results()).get(0);
            long size = new OutgoingRecord(result.key(), result.value(), List.of()).size();
            alter(job.results(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(size - 1));
            alter(job.results(), TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, "3600000");
            Eventually.holds(
                    "all tasks know",
                    PATIENCE,
                    () -> areWrittenOtherwise(job, large, Duration.ofSeconds(3_545)));

            assertThat(areWrittenOtherwise(job, large(job, 60_000), Duration.ofHours(2))).isTrue();
        } finally {
            client.cancel().get();
        }
    }

    /**
     * Sends old requests and large ones to all tasks; whether all have found the topic's limits.
     */
    private static boolean areWrittenOtherwise(
            StreamFixture job, ProducerRecord<byte[], byte[]> large, Duration age)
            throws Exception {
        int each = 12;
        long letters = job.committed(job.deadLetters()).size();
        long results = job.committed(job.results()).size();
        long late = late(job);
        long then = System.currentTimeMillis() - age.toMillis();
        job.send(Collections.nCopies(each, large));
        job.send(events(job, 0, each, then));
        Eventually.holds(
                "they are answered",
                PATIENCE,
                () ->
                        job.committed(job.deadLetters()).size()
                                        + job.committed(job.results()).size()
                                == letters + results + 2 * each);
        return job.committed(job.deadLetters()).size() == letters + each
                && late(job) == late + each;
    }

    /** How many results have the time of writing. */
    private static long late(StreamFixture job) {
        return job.committed(job.results()).stream()
                .filter(result -> result.headers().lastHeader("rerank.timestamp") != null)
                .count();
    }

    private static ProducerRecord<byte[], byte[]> large(StreamFixture job, int chars) {
        String value =
                json("{'request_id':'large','query':'q','return_documents':true,'documents':['%s']}")
                        .formatted("x".repeat(chars));
        return new ProducerRecord<>(job.requests(), "large".getBytes(UTF_8), value.getBytes(UTF_8));
    }

    /** Batches of all partitions are refused at once, and the process goes on. */
    @Test
    void aRecordThatMeetsATightenedTopicBeforeItIsKnownCostsARestart() throws Exception {
        StreamFixture job = job("tightened");
        long old = System.currentTimeMillis() - Duration.ofHours(2).toMillis();
        JobClient client = job.start(job.endlessConfig(MORE), ENGINES, 10, checkpoints);
        try {
            job.send(events(job, 0, 30, old));
            job.awaitCommitted("the first are answered", job.results(), 30);
            alter(job.results(), TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, "3600000");
            for (int i = 0; i < 20; i++) {
                job.send(events(job, 30 + 100 * i, 130 + 100 * i, old));
            }
            job.awaitCommitted("all are answered, once", job.results(), 2_030);
        } finally {
            client.cancel().get();
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> events(
            StreamFixture job, int from, int to, long timestamp) {
        return IntStream.range(from, to).mapToObj(i -> event(job, "k" + i, timestamp)).toList();
    }

    private static void assertTimeOfWriting(
            ConsumerRecord<byte[], byte[]> record, long started, long original) {
        assertThat(record.timestamp()).isBetween(started, System.currentTimeMillis());
        assertThat(header(record, "rerank.timestamp")).isEqualTo(Long.toString(original));
    }

    private static StreamFixture job(String name) throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), name);
        job.createTopics();
        return job;
    }

    private static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String key, Long timestamp) {
        return new ProducerRecord<>(
                job.requests(),
                null,
                timestamp,
                key.getBytes(UTF_8),
                request(key, 1).getBytes(UTF_8));
    }

    private static void alter(String topic, String name, String value) throws Exception {
        try (Admin admin = BROKER.get().admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry(name, value),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }
}
