package dev.flinkreranker.job.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.job.evaluation.Measure;
import dev.flinkreranker.job.replay.Replay.Evaluating;
import dev.flinkreranker.job.replay.input.OnProblem;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long log under a small heap. Its name keeps it out of the build; on its own:
 *
 * <pre>
 * mvn -pl job -am test -Dtest=MillionLineReplay -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dtest.heap=400m
 * </pre>
 */
class MillionLineReplay {
    private static final int LINES = Integer.getInteger("replay.lines", 1_000_000);
    private static final int DOCUMENTS = 4;

    @TempDir Path directory;

    @Test
    void aLongLogFitsASmallHeap() throws Exception {
        Path log = directory.resolve("log.jsonl.zst");
        try (OutputStream out =
                new ZstdOutputStream(new BufferedOutputStream(Files.newOutputStream(log)))) {
            for (int i = 0; i < LINES; i++) {
                String line = SampleLog.line(i, DOCUMENTS) + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        ReplayPlan sample = SampleLog.plan(List.of(log), 2, OnProblem.SKIP);
        ReplayPlan plan =
                new ReplayPlan(
                        sample.sources(),
                        sample.files(),
                        sample.configurations().subList(0, 2),
                        64,
                        8192,
                        2,
                        OnProblem.SKIP);
        ReplayDirectory target = new ReplayDirectory(directory.resolve("out"));
        target.adopt(plan);

        long start = System.nanoTime();
        Replay.Outcome outcome =
                new Replay(plan, target, new WordOverlapModels(), Duration.ofSeconds(5))
                        .run(
                                new Evaluating(
                                        null,
                                        List.of(),
                                        Measure.DEFAULTS,
                                        "first-stage",
                                        42,
                                        "Long log"),
                                List.of());
        double seconds = (System.nanoTime() - start) / 1e9;

        assertThat(outcome.data().queryCount()).isEqualTo(LINES);
        assertThat(outcome.data().problemCount()).isZero();
        try (Stream<String> lines = Files.lines(target.run("layer-8"))) {
            assertThat(lines.count()).isEqualTo((long) LINES * DOCUMENTS);
        }
        System.out.printf(
                "%,d lines of %d documents, 2 configurations: %.1f s, %,.0f lines a second,"
                        + " heap limit %,d MiB, %d processors, log %,d MiB%n",
                LINES,
                DOCUMENTS,
                seconds,
                LINES / seconds,
                Runtime.getRuntime().maxMemory() >> 20,
                ManagementFactory.getOperatingSystemMXBean().getAvailableProcessors(),
                Files.size(log) >> 20);
    }
}
