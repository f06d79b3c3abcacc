package dev.flinkreranker.workbench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.workbench.dataset.DataSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serial;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** The demo's accounting, with a job that needs no model. */
class DemoITCase {

    private static final Path DATA = Path.of("data/scifact");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyEventIsAccountedForAndNothingIsLeftBehind() throws Exception {
        Set<Path> before = leftovers();

        DemoOutcome outcome = run(new ReversingJob(null, null), 20, 4, Duration.ofMinutes(1));

        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.line())
                .matches(
                        "requests=20 results=20 lost=0 dead_letters=3"
                                + " ndcg@10_first_stage=0\\.\\d{4} ndcg@10_reranked=0\\.\\d{4}"
                                + " pairs_per_second=\\d+\\.\\d");
        assertThat(outcome.ndcgReranked()).isNotEqualTo(outcome.ndcgFirstStage());
        assertThat(out.toString())
                .contains("The request that gained most, claim ")
                .contains("go to the dead letters")
                .contains("BM25")
                .contains("model, 6 layers")
                // At layer 3 the job keeps BM25's order, and at layer 6 it reverses it.
                .containsPattern(
                        "BM25 +(0\\.\\d{4} +0\\.\\d{4})\nmodel, 3 layers +\\1 +1\\.25 +50 %\n")
                // So does the cascade: the first of two survives.
                .containsPattern("BM25 +(0\\.\\d{4} +0\\.\\d{4})\n(.*\n){2}cascade +\\1 +40 %\n");
        assertThat(err.toString()).contains("Kafka broker at 127.0.0.1:", "sent 23 events");
        assertThat(leftovers()).isEqualTo(before);
    }

    @Test
    void aDroppedAndADoubledRequestAreNoticed() throws Exception {
        List<String> requests =
                DemoEvents.of(DataSet.read(DATA), 3, 2).stream()
                        .filter(event -> !event.isBad())
                        .map(DemoEvent::requestId)
                        .toList();
        ReversingJob job = new ReversingJob(requests.get(0), requests.get(1));

        DemoOutcome outcome = run(job, 3, 2, Duration.ofSeconds(5));

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.line()).startsWith("requests=3 results=2 lost=1 dead_letters=3 ");
        assertThat(outcome.duplicates()).isEqualTo(1);
    }

    @Test
    void aJobThatFailsIsNamed() {
        DemoJob failing =
                (topics, directory) -> {
                    StreamExecutionEnvironment env =
                            StreamExecutionEnvironment.getExecutionEnvironment();
                    env.fromData("x").map(new Failing()).print();
                    return env.getStreamGraph();
                };

        assertThatThrownBy(() -> run(failing, 1, 1, Duration.ofMinutes(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("the job failed: java.lang.IllegalStateException: no such model");
    }

    @Test
    void anInterruptEndsItAndCleansUp() throws Exception {
        Set<Path> before = leftovers();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch submitted = new CountDownLatch(1);
        DemoJob job =
                (topics, directory) -> {
                    submitted.countDown();
                    return new ReversingJob("claim-1", null).graph(topics, directory);
                };
        Thread demo =
                new Thread(
                        () -> {
                            try {
                                run(job, 1, 1, Duration.ofMinutes(5));
                            } catch (IOException | InterruptedException e) {
                                thrown.set(e);
                            }
                        });
        demo.start();
        assertThat(submitted.await(1, TimeUnit.MINUTES)).isTrue();

        demo.interrupt();
        demo.join(Duration.ofMinutes(1).toMillis());

        assertThat(demo.isAlive()).isFalse();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(leftovers()).isEqualTo(before);
    }

    private DemoOutcome run(DemoJob job, int queries, int candidates, Duration patience)
            throws IOException, InterruptedException {
        DemoPlan plan =
                new DemoPlan(DATA, Path.of("no-model"), queries, candidates, 256, List.of());
        return new Demo(
                        plan,
                        new TreeMap<>(
                                Map.of(
                                        3,
                                        new DepthCost(1_250_000_000L, 1_000_000_000L),
                                        6,
                                        new DepthCost(2_500_000_000L, 2_000_000_000L))),
                        job,
                        patience,
                        new PrintWriter(out),
                        new PrintWriter(err))
                .run();
    }

    private static Set<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            String mine = "-" + ProcessHandle.current().pid() + "-";
            return files.filter(file -> file.getFileName().toString().contains(mine))
                    .collect(Collectors.toSet());
        }
    }

    private static final class Failing implements MapFunction<String, String> {
        @Serial private static final long serialVersionUID = 1L;

        @Override
        public String map(String value) {
            throw new IllegalStateException("no such model");
        }
    }
}
