package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.MarkedEvents.assertPassedThrough;
import static dev.flinkreranker.tests.stream.MarkedEvents.event;
import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant that floods the job holds up no other, and every one of its requests is answered. */
class OverflowITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int FLOOD = 1_500;
    private static final int QUIET = 40;
    private static final int CAPACITY = 64;
    private static final int BATCH_TOKENS = 512;

    private final Path checkpoints = CheckpointFolder.create();

    /** All operators share one engine, as in a process. */
    private static EngineFactory engines(boolean metered) {
        return () ->
                RerankEngine.acquire(
                        EngineSettings.ofBatchTokens(BATCH_TOKENS),
                        model -> metered ? new MeteredScorer() : new TextHashScorer());
    }

    private static String request(String tenant, String id) {
        return json("{'request_id':'%s','tenant':'%s','query':'q','documents':['%s','b','c']}")
                .formatted(id, tenant, "long text ".repeat(10) + id);
    }

    /** The flood, and behind it, in the same partitions, requests of others. */
    private static StreamFixture flooded(String name) throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), name);
        job.createTopics();
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            events.add(event(job, "f" + i, request("noisy", "f" + i).getBytes(UTF_8), i));
        }
        for (int i = 0; i < QUIET; i++) {
            byte[] value = request("quiet-" + i % 4, "q" + i).getBytes(UTF_8);
            events.add(event(job, "q" + i, value, FLOOD + i));
        }
        events.add(event(job, "bad", "{".getBytes(UTF_8), 0));
        job.send(events);
        return job;
    }

    @Test
    void theOthersAreAnsweredWhileTheFloodStillWaits() throws Exception {
        StreamFixture job = flooded("flood");
        MeteredScorer.BATCHES.drainPermits();
        JobClient client =
                job.start(
                        job.endlessConfig(
                                """
                                delivery: {checkpoint_interval: 200ms}
                                overflow: {topic: %s}
                                rerank: {capacity: %d}
                                defaults: {model: hash}
                                """
                                        .formatted(job.overflow(), CAPACITY)),
                        engines(true),
                        0,
                        checkpoints);
        try {
            Eventually.holds(
                    "the stream goes on while the device stands still",
                    PATIENCE,
                    () -> job.uncommitted(job.overflow()).size() >= FLOOD - 2 * CAPACITY / 2);
            // Enough for the others and as much of the flood, a fifth of what the flood needs.
            MeteredScorer.BATCHES.release(60);
            Eventually.holds(
                    "the others have their results",
                    PATIENCE,
                    () -> ids(job.uncommitted(job.results()), "q").size() == QUIET);
            assertThat(ids(job.uncommitted(job.results()), "f").size()).isLessThan(FLOOD / 3);
            MeteredScorer.BATCHES.release(1_000_000);
            assertAllAnsweredOnce(job);
            assertThat(job.committed(job.overflow())).hasSizeGreaterThan(FLOOD / 2);
        } finally {
            MeteredScorer.BATCHES.release(1_000_000);
            client.cancel().get();
        }
    }

    @Test
    void aRestartLosesNothingOfWhatWasSetAsideAndAnswersNothingTwice() throws Exception {
        StreamFixture job = flooded("flood-restart");
        TextHashScorer.BREAK_AT.set(TextHashScorer.SCORED.get() + 3 * FLOOD / 2);
        JobClient client =
                job.start(
                        job.endlessConfig(
                                """
                                delivery: {checkpoint_interval: 100ms}
                                overflow: {topic: %s}
                                rerank: {capacity: 4}
                                tenant_configs: {topic: %s}
                                defaults: {model: hash}
                                """
                                        .formatted(job.overflow(), job.tenants())),
                        engines(false),
                        1,
                        checkpoints);
        try {
            assertAllAnsweredOnce(job);
            assertThat(TextHashScorer.BREAK_AT).as("the device broke").hasValue(-1);
            assertThat(job.committed(job.overflow())).hasSizeGreaterThan(FLOOD / 2);
        } finally {
            client.cancel().get();
        }
    }

    @Test
    void aJobThatEndsByItselfSetsNothingAside() throws Exception {
        StreamFixture job = flooded("flood-bounded");

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 200ms}
                        overflow: {topic: %s}
                        rerank: {capacity: 4}
                        defaults: {model: hash}
                        """
                                .formatted(job.overflow())),
                0,
                checkpoints);

        assertAllAnsweredOnce(job);
        assertThat(job.committed(job.overflow())).isEmpty();
    }

    /** That each request has one result, as if it had gone straight through. */
    private static void assertAllAnsweredOnce(StreamFixture job) throws Exception {
        job.awaitCommitted("every request has its result", job.results(), FLOOD + QUIET);
        Set<String> keys = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> result : job.committed(job.results())) {
            String key = new String(result.key(), UTF_8);
            assertThat(keys.add(key)).as("one result of %s", key).isTrue();
            int number = Integer.parseInt(key.substring(1));
            assertPassedThrough(result, key.startsWith("f") ? number : FLOOD + number);
            assertThat(result.headers().toArray()).hasSize(4);
            assertThat(ResultCodec.decode(result.value()).status()).isEqualTo(ResultStatus.RANKED);
        }
        List<ConsumerRecord<byte[], byte[]>> letters = job.committed(job.deadLetters());
        assertThat(letters).hasSize(1);
        assertThat(StreamFixture.header(letters.get(0), DeadLetter.SOURCE_TOPIC))
                .isEqualTo(job.requests());
    }

    private static Set<String> ids(List<ConsumerRecord<byte[], byte[]>> records, String prefix) {
        Set<String> ids = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String key = new String(record.key(), UTF_8);
            if (key.startsWith(prefix)) {
                ids.add(key);
            }
        }
        return ids;
    }
}
