package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.ScoredRequests.assertRanked;
import static dev.flinkreranker.tests.stream.ScoredRequests.spread;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.state.StoredState;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job goes on from a savepoint or a checkpoint with more or fewer parallel instances. */
class RescaleITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int BEFORE = 60;
    private static final int AFTER = 120;
    private static final int BACKLOG = 600;
    private static final EngineSettings SETTINGS = EngineSettings.ofBatchTokens(512);

    private static final EngineFactory ENGINES =
            () -> RerankEngine.acquire(SETTINGS, model -> new MeteredScorer());

    private static final String ORDERED =
            """
            delivery: {checkpoint_interval: 200ms}
            rerank: {ordered: true, capacity: 64}
            defaults: {model: hash}
            """;

    private final Path state = CheckpointFolder.create();

    /** Requests of these numbers, each in partition i % 3, under the partition's name. */
    private static List<ProducerRecord<byte[], byte[]>> events(
            StreamFixture job, int from, int to) {
        return spread(job.requests(), from, to, "o-", i -> "p" + i % 3);
    }

    /** The numbers of the answered requests in the order of their results, by partition. */
    private static Map<String, List<Integer>> answered(StreamFixture job) throws Exception {
        Map<String, List<Integer>> order = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            RankedResult result = ResultCodec.decode(record.value());
            int number = Integer.parseInt(result.requestId().substring(2));
            assertRanked(result, number);
            order.computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
                    .add(number);
        }
        return order;
    }

    /** Stops the job while its device stands still with requests under way. */
    private String stopUnderWay(JobClient client) throws Exception {
        Path savepoints = state.resolve("savepoints");
        try (RerankEngine engine = ENGINES.open()) {
            Eventually.holds(
                    "all requests are under way",
                    PATIENCE,
                    () -> {
                        var load = engine.counts().load();
                        return load.waitingRequests() + load.inFlightPairs() >= BEFORE;
                    });
            CompletableFuture<String> savepoint =
                    client.stopWithSavepoint(
                            false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL);
            Eventually.holds("the savepoint is there", PATIENCE, () -> hasMetadata(savepoints));
            // The running batch must return before the job can end.
            MeteredScorer.BATCHES.release(1_000_000);
            return savepoint.get();
        }
    }

    private static boolean hasMetadata(Path folder) throws IOException {
        return !StoredState.below(folder, broken -> {}).isEmpty();
    }

    /**
     * Cancels a job whose device stands still with a backlog before the full windows. It leaves the
     * newest checkpoint.
     *
     * @param underWay pairs or requests that fill the windows
     */
    private StoredState cancelUnderABacklog(JobClient client, int underWay) throws Exception {
        try (RerankEngine engine = ENGINES.open()) {
            Eventually.holds(
                    "the windows are full",
                    PATIENCE,
                    () -> {
                        var load = engine.counts().load();
                        return load.waitingRequests() + load.inFlightPairs() >= underWay;
                    });
            // The next may have begun before.
            long begun = newestCheckpoint() + 1;
            Eventually.holds(
                    "a checkpoint of the backlog is whole",
                    PATIENCE,
                    () -> {
                        MeteredScorer.BATCHES.release();
                        return newestCheckpoint() > begun;
                    });
            client.cancel().get();
            // The running batch must return before the job can end.
            MeteredScorer.BATCHES.release(1_000_000);
            assertThatThrownBy(() -> StreamFixture.awaitEnd(client))
                    .hasStackTraceContaining("JobCancellationException");
        }
        return StoredState.below(state, broken -> {}).get(0);
    }

    private long newestCheckpoint() throws IOException {
        return StoredState.below(state, broken -> {}).stream()
                .mapToLong(StoredState::checkpointId)
                .max()
                .orElse(0);
    }

    /** Whether a checkpoint holds what waited between operators, as only an unaligned one does. */
    private static boolean hasBuffers(StoredState checkpoint) throws IOException {
        Path metadata = checkpoint.path().resolve("_metadata");
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
            return Checkpoints.loadCheckpointMetadata(
                            in, RescaleITCase.class.getClassLoader(), metadata.toString())
                    .getOperatorStates()
                    .stream()
                    .flatMap(operator -> operator.getStates().stream())
                    .anyMatch(subtask -> subtask.getInputChannelState().hasState());
        }
    }

    /** Runs an ordered job at 2, stops it under way, and goes on at another parallelism. */
    private StreamFixture rescaled(int parallelism) throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "ordered-2-" + parallelism);
        job.createTopics();
        job.send(events(job, 0, BEFORE));
        MeteredScorer.BATCHES.drainPermits();
        String savepoint =
                stopUnderWay(job.start(job.endlessConfig(ORDERED), ENGINES, state, null));
        assertThat(job.committed(job.results())).isEmpty();
        job.send(events(job, BEFORE, BEFORE + AFTER));
        goOn(job, parallelism, savepoint, BEFORE + AFTER);
        return job;
    }

    /** Goes on at that parallelism until all requests are answered. */
    private void goOn(StreamFixture job, int parallelism, String restored, int requests)
            throws Exception {
        JobClient client =
                job.start(job.endlessConfig(parallelism, ORDERED), ENGINES, state, restored);
        try {
            job.awaitCommitted("all are answered", job.results(), requests);
        } finally {
            client.cancel().get();
        }
    }

    /** Those that were under way may come in any order, those that were read later may not. */
    private static void assertInOrderFrom(int first, Map<String, List<Integer>> order) {
        assertThat(order).hasSize(3);
        for (List<Integer> numbers : order.values()) {
            assertThat(numbers).doesNotHaveDuplicates();
            assertThat(numbers.stream().filter(number -> number >= first)).isSorted();
        }
    }

    /** More requests and the configs that some have waited for; each has one result in the end. */
    private static void configure(
            StreamFixture job,
            VersionedTenants tenants,
            List<String> asking,
            List<String> waiting,
            int requests)
            throws Exception {
        job.send(tenants.requests(asking, 3, 6));
        for (String tenant : waiting) {
            job.send(List.of(tenants.update(tenant, VersionedTenants.config(2))));
        }
        job.awaitCommitted("all are answered", job.results(), requests);
    }

    private static void assertOneResultEach(
            StreamFixture job, VersionedTenants tenants, int requests) throws Exception {
        assertThat(job.committed(job.deadLetters())).isEmpty();
        assertThat(tenants.results())
                .extracting(RankedResult::requestId)
                .doesNotHaveDuplicates()
                .hasSize(requests);
    }

    @Test
    void orderedResultsKeepTheirOrderThroughARestart() throws Exception {
        Map<String, List<Integer>> order = answered(rescaled(2));

        assertThat(order).hasSize(3);
        order.values().forEach(numbers -> assertThat(numbers).isSorted().doesNotHaveDuplicates());
    }

    /** Those that were under way go to any instance; those that come later keep their order. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aRescaleKeepsTheOrderOfWhatIsReadAfterIt(int parallelism) throws Exception {
        assertInOrderFrom(BEFORE, answered(rescaled(parallelism)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void requestsThatWaitForTheirConfigOutliveARescale(int parallelism) throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "hold-2-" + parallelism);
        VersionedTenants tenants = VersionedTenants.create(job);
        List<String> names = List.of("acme", "bulk", "corp", "late");
        job.send(List.of(tenants.update("acme", VersionedTenants.config(5))));
        String yaml = tenants.yaml("200ms");
        JobClient client = job.start(job.endlessConfig(yaml), state, null);
        job.send(tenants.requests(names, 0, 3));
        job.awaitCommitted("acme is answered", job.results(), 3);
        String savepoint = StreamFixture.stop(client, state.resolve("savepoints"));

        client = job.start(job.endlessConfig(parallelism, yaml), state, savepoint);
        try {
            configure(job, tenants, names, names.subList(1, 4), names.size() * 6);
        } finally {
            client.cancel().get();
        }
        assertOneResultEach(job, tenants, names.size() * 6);
    }

    @Test
    void aCheckpointOfABacklogKeepsTheOrderOfWhatIsReadAfterIt() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "ordered-chk");
        job.createTopics();
        job.send(events(job, 0, BACKLOG));
        MeteredScorer.BATCHES.drainPermits();
        StoredState checkpoint =
                cancelUnderABacklog(
                        job.start(job.endlessConfig(ORDERED), ENGINES, state, null), 64);
        assertThat(job.committed(job.results())).hasSizeLessThan(BACKLOG);
        job.send(events(job, BACKLOG, BACKLOG + AFTER));

        goOn(job, 3, checkpoint.path().toUri().toString(), BACKLOG + AFTER);

        assertInOrderFrom(BACKLOG, answered(job));
    }

    /** What waits for a config, for a model and between operators goes along. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aCheckpointOfABacklogWithRequestsThatWaitForTheirConfigRescales(int parallelism)
            throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "hold-chk-2-" + parallelism);
        VersionedTenants tenants = VersionedTenants.create(job);
        List<String> late = List.of("bulk", "corp", "late");
        job.send(List.of(tenants.update("acme", VersionedTenants.config(5))));
        job.send(tenants.requests(late, 0, 3));
        job.send(tenants.requests(List.of("acme"), 0, BACKLOG));
        String yaml = tenants.yaml("200ms") + "rerank: {capacity: 16}\n";
        MeteredScorer.BATCHES.drainPermits();
        StoredState checkpoint =
                cancelUnderABacklog(job.start(job.endlessConfig(yaml), ENGINES, state, null), 32);
        assertThat(hasBuffers(checkpoint)).isTrue();

        JobClient client =
                job.start(
                        job.endlessConfig(parallelism, yaml),
                        ENGINES,
                        state,
                        checkpoint.path().toUri().toString());
        try {
            configure(job, tenants, late, late, BACKLOG + late.size() * 6);
        } finally {
            client.cancel().get();
        }
        assertOneResultEach(job, tenants, BACKLOG + late.size() * 6);
    }
}
