package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.Admission;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.RerankTask;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.ProcessMemory;
import dev.flinkreranker.workbench.bench.result.Samples;
import dev.flinkreranker.workbench.bench.subject.BareLoop;
import dev.flinkreranker.workbench.bench.texts.MixedTexts;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Whether memory stays flat: requests of mixed lengths go through the engine without a pause, and
 * resident memory is looked at every second. Before the clock starts, a twentieth of the time goes
 * by for the first mappings and for buffers of every size.
 */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description = {
            "Resident memory over a long run of mixed lengths: last tenth against first tenth.",
            "Give Java a heap of fixed size, as Flink does, or its growth counts too."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  MALLOC_ARENA_MAX=2 RERANK_JAVA_OPTS='-Xms512m -Xmx512m -XX:+AlwaysPreTouch' \\",
            "      ./rerank bench memory --minutes 60"
        })
final class MemoryBenchmark extends Benchmark {

    private static final int TENTHS = 10;
    private static final int IN_FLIGHT = 4;

    /** From a word to more than a pair holds. */
    private static final int SHORTEST = 4;

    private static final int LONGEST = 4_000;

    @Mixin private BenchmarkInput input;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "60",
            description = "How long; fractions are fine (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        Duration duration = Duration.ofMillis(Math.round(minutes * 60_000));
        MixedTexts texts = new MixedTexts(input.data(), SHORTEST, LONGEST, seed());
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.defaults())) {
            keepBusy(engine, texts, duration.dividedBy(2L * TENTHS));
            List<Map<String, Object>> rows = new ArrayList<>();
            double first = 0;
            for (int tenth = 1; tenth <= TENTHS; tenth++) {
                Map<String, Object> row = keepBusy(engine, texts, duration.dividedBy(TENTHS));
                double resident = (double) row.get("resident_mib");
                first = tenth == 1 ? resident : first;
                row.put(
                        "minutes",
                        duration.multipliedBy(tenth).dividedBy(TENTHS).toSeconds() / 60.);
                row.put("times_first", resident / first);
                rows.add(row);
            }
            return new BenchmarkResult(
                    "memory",
                    rows,
                    (double) rows.get(TENTHS - 1).get("times_first"),
                    "times the first tenth's resident memory in the last tenth",
                    "at most 1.03");
        }
    }

    /** Sends requests for so long, and says what was resident meanwhile: medians of its samples. */
    private Map<String, Object> keepBusy(RerankEngine engine, MixedTexts texts, Duration time)
            throws InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        AtomicLong tokens = new AtomicLong();
        AtomicReference<Object> failure = new AtomicReference<>();
        List<ProcessMemory> samples = new ArrayList<>();
        List<Long> heaps = new ArrayList<>();
        long pairs = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            room.acquire();
            RerankTask task = task(texts.requestUpTo(16));
            pairs += task.passages().size();
            engine.rerank(task)
                    .whenComplete(
                            (outcome, thrown) -> {
                                if (outcome instanceof RerankOutcome.Scored scored) {
                                    tokens.addAndGet(scored.usage().tokens());
                                } else {
                                    failure.set(thrown == null ? outcome : thrown);
                                }
                                room.release();
                            });
            if (System.nanoTime() - start >= Duration.ofSeconds(samples.size()).toNanos()) {
                samples.add(ProcessMemory.now());
                heaps.add(ProcessMemory.heap());
            }
        }
        room.acquire(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("a request was not scored: " + failure.get());
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("minutes", 0.0);
        row.put("pairs", pairs);
        row.put("tokens_per_pair", tokens.get() / (double) pairs);
        row.put("resident_mib", median(samples.stream().map(ProcessMemory::resident).toList()));
        row.put("anonymous_mib", median(samples.stream().map(ProcessMemory::anonymous).toList()));
        row.put("files_mib", median(samples.stream().map(ProcessMemory::files).toList()));
        row.put("java_heap_mib", median(heaps));
        return row;
    }

    private static double median(List<Long> bytes) {
        return ProcessMemory.mebibytes(Samples.median(bytes));
    }

    private RerankTask task(TextRequest request) {
        return new RerankTask(
                "bench",
                input.model(),
                BareLoop.tokenization(input.maxLength()),
                ScoringSettings.defaults(),
                request.query(),
                request.passages(),
                null,
                Admission.defaults());
    }
}
