package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.MarkedEvents.event;
import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A checkpoint does not wait for a backlog. */
class BacklogCheckpointITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int BACKLOG = 3_000;
    private static final int CAPACITY = 64;
    private static final EngineSettings SETTINGS = EngineSettings.ofBatchTokens(512);

    private static final EngineFactory ENGINES =
            () -> RerankEngine.acquire(SETTINGS, model -> new MeteredScorer());

    /** A request of two documents, of which many fill a batch. */
    private static byte[] small(int i) {
        return json("{'request_id':'r%d','query':'q','documents':['some text %d','b']}")
                .formatted(i, i)
                .getBytes(UTF_8);
    }

    /** One of as many batches as documents, from one of eight tenants. */
    private static byte[] large(int i) {
        String documents =
                IntStream.range(0, 4)
                        .mapToObj(
                                document -> "'%s %d %d'".formatted("long".repeat(150), i, document))
                        .collect(joining(","));
        return json("{'request_id':'r%d','tenant':'t%d','query':'q','documents':[%s]}")
                .formatted(i, i % 8, json(documents))
                .getBytes(UTF_8);
    }

    @Test
    void takesNoMoreThanTwoBatchesOfASlowDevice() throws Exception {
        endsWithin(2, 2, "backlog-small", BacklogCheckpointITCase::small);
    }

    /** Its own, and the one that runs, whatever other tenants have begun. */
    @Test
    void takesNoMoreThanTheBatchesOfOneRequest() throws Exception {
        endsWithin(5, 4, "backlog-large", BacklogCheckpointITCase::large);
    }

    /** On a device that scores batch after batch only when it is told to. */
    private static void endsWithin(
            int batches, int documents, String name, IntFunction<byte[]> request) throws Exception {
        Path checkpoints = CheckpointFolder.create();
        StreamFixture job = new StreamFixture(BROKER.get(), name);
        job.createTopics();
        job.send(
                IntStream.range(0, BACKLOG)
                        .mapToObj(i -> event(job, "k" + i, request.apply(i), i))
                        .toList());
        MeteredScorer.BATCHES.drainPermits();
        JobClient client =
                job.start(
                        job.endlessConfig(
                                """
                                delivery: {checkpoint_interval: 100ms}
                                rerank: {parallelism: 1, capacity: %d}
                                defaults: {model: hash}
                                """
                                        .formatted(CAPACITY)),
                        ENGINES,
                        checkpoints,
                        null);
        try (RerankEngine engine = ENGINES.open()) {
            Eventually.holds(
                    "the window is full",
                    PATIENCE,
                    () -> {
                        var load = engine.counts().load();
                        return load.waitingRequests() + load.inFlightPairs() / documents
                                == CAPACITY;
                    });
            long ended = newest(checkpoints, true);
            Eventually.holds("another began", PATIENCE, () -> newest(checkpoints, false) > ended);
            long begun = newest(checkpoints, false);
            for (int checkpoint = 0; checkpoint < 3; checkpoint++) {
                MeteredScorer.BATCHES.drainPermits();
                MeteredScorer.BATCHES.release(batches);
                long next = begun + checkpoint;
                Eventually.holds(
                        "it ends within %d batches".formatted(batches),
                        PATIENCE,
                        () -> newest(checkpoints, true) >= next);
                Eventually.holds(
                        "another begins", PATIENCE, () -> newest(checkpoints, false) > next);
            }
            assertThat(job.uncommitted(job.results()).size()).isLessThan(BACKLOG / 4);
        } finally {
            MeteredScorer.BATCHES.release(1_000_000);
            client.cancel().get();
        }
    }

    /** The number of the newest checkpoint that has begun, or has ended; 0 where none has. */
    private static long newest(Path checkpoints, boolean ended) throws IOException {
        try (Stream<Path> jobs = Files.list(checkpoints)) {
            Optional<Path> job = jobs.findFirst();
            if (job.isEmpty()) {
                return 0;
            }
            List<Path> folders;
            try (Stream<Path> all = Files.list(job.get())) {
                folders = all.filter(f -> f.getFileName().toString().startsWith("chk-")).toList();
            }
            return folders.stream()
                    .filter(folder -> !ended || Files.exists(folder.resolve("_metadata")))
                    .map(folder -> Long.parseLong(folder.getFileName().toString().substring(4)))
                    .max(Comparator.naturalOrder())
                    .orElse(0L);
        }
    }
}
