package dev.flinkreranker.workbench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.workbench.replay.MemorySamples.Sample;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long log in constant memory. The build takes a short one; a million lines under a small heap:
 *
 * <pre>
 * mvn -pl job/workbench -am test -Dtest=LongReplayITCase -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dreplay.lines=1000000 -Dtest.heap=400m -Dtest.jit=
 * </pre>
 */
class LongReplayITCase {
    private static final int LINES = Integer.getInteger("replay.lines", 20_000);
    private static final int DOCUMENTS = 4;
    private static final long MIB = 1 << 20;
    private static final Path FIGURES = Path.of("target", "long-replay.txt");

    @TempDir Path directory;

    @Test
    void aLongLogTakesNoMoreMemoryAtItsEndThanAtItsBeginning() throws Exception {
        Path log = directory.resolve("log.jsonl.zst");
        write(log);
        ReplayPlan sample = SampleLog.plan(List.of(log), 2, OnProblem.SKIP);
        ReplayPlan plan = plan(sample, 2);
        ReplayDirectory target = new ReplayDirectory(directory.resolve("out"));
        WordOverlapModels.PAIRS.set(0);

        long start = System.nanoTime();
        ReplayEvaluation.Answer outcome;
        List<Sample> tenths;
        Sample assembling;
        try (MemorySamples memory =
                MemorySamples.start(
                        () -> (double) WordOverlapModels.PAIRS.get() / DOCUMENTS / LINES)) {
            outcome = run(plan, target);
            tenths = memory.tenths();
            assembling = MemorySamples.now();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long pairs = WordOverlapModels.PAIRS.getAndSet(0);

        start = System.nanoTime();
        run(plan(sample, 3), target);
        double added = (System.nanoTime() - start) / 1e9;
        assertThat(WordOverlapModels.PAIRS.get())
                .as("a third configuration is scored alone")
                .isEqualTo(pairs / 2);
        Files.writeString(
                FIGURES,
                String.format(
                        "%,d lines of %d documents, 2 configurations: %.1f s, %,.0f lines a second,"
                                + " heap limit %,d MiB, %d processors, log %,d MiB%n"
                                + "by tenths of the scoring: %s; at the end %s%n"
                                + "a third configuration, added: %.1f s; at the end %s%n",
                        LINES,
                        DOCUMENTS,
                        seconds,
                        LINES / seconds,
                        Runtime.getRuntime().maxMemory() / MIB,
                        Runtime.getRuntime().availableProcessors(),
                        Files.size(log) / MIB,
                        tenths,
                        assembling,
                        added,
                        MemorySamples.now()));
        assertThat(outcome.data().queryCount()).isEqualTo(LINES);
        assertThat(outcome.data().problemCount()).isZero();
        try (Stream<String> lines = Files.lines(target.run("layer-8"))) {
            assertThat(lines.count()).isEqualTo((long) LINES * DOCUMENTS);
        }
        assertThat(tenths).hasSizeGreaterThan(1);
        Sample last = tenths.get(tenths.size() - 1);
        assertThat(last.heapMiB()).isLessThan(tenths.get(0).heapMiB() + 32);
        // An id takes up to 32 bytes of a table, which doubles before the old one is given up.
        assertThat(assembling.heapMiB())
                .isLessThan(tenths.get(0).heapMiB() + 32 + 64 * LINES / MIB);
    }

    /** Of the first configurations of a plan, in blocks as a replay has them. */
    private static ReplayPlan plan(ReplayPlan sample, int configurations) {
        return new ReplayPlan(
                sample.sources(),
                sample.files(),
                sample.configurations().subList(0, configurations),
                64,
                8192,
                2,
                OnProblem.SKIP,
                true);
    }

    private static ReplayEvaluation.Answer run(ReplayPlan plan, ReplayDirectory target)
            throws Exception {
        target.adopt(plan);
        return new Replay(plan, target, new WordOverlapModels(), Duration.ofSeconds(5))
                .run(ReplayRun.question(null), List.of());
    }

    private static void write(Path log) throws IOException {
        try (OutputStream out =
                new ZstdOutputStream(new BufferedOutputStream(Files.newOutputStream(log)))) {
            for (int i = 0; i < LINES; i++) {
                String line = SampleLog.line(i, DOCUMENTS) + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
