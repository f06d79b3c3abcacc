package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.subject.FloodedJob;
import dev.flinkreranker.workbench.bench.subject.SimulatedDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast the job sets aside what it cannot rerank now: the rate up to which a flood holds up
 * nobody. A backlog of one tenant lies in the topic, and the device is too slow to matter. The
 * processor's time is that of the whole process, the broker included.
 */
@Command(
        name = "overflow",
        mixinStandardHelpOptions = true,
        description = {
            "How many requests of 10 KB the job sets aside in a second of processor time: that of the",
            "whole process with its broker, and (per_job_core) that of the job's own threads."
        },
        footerHeading = "%nExample:%n",
        footer = {"  ./rerank bench overflow --requests 200000"})
final class OverflowBenchmark extends Benchmark {

    /** So long that the device hardly begins. */
    private static final SimulatedDevice DEVICE = new SimulatedDevice(1_000_000, 1_000_000);

    private static final long POLL_NANOS = 20_000_000;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "60000",
            description = "The backlog (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        List<Map<String, Object>> rows = new ArrayList<>();
        double slowest = Double.POSITIVE_INFINITY;
        for (Guarantee guarantee : Guarantee.values()) {
            slowest = Math.min(slowest, row(rows, guarantee));
        }
        return new BenchmarkResult(
                "overflow",
                rows,
                slowest,
                "requests of 10 KB set aside in a second of processor time",
                "at least 2,000");
    }

    /** Between a quarter of the backlog, when all is warm, and nine tenths. */
    private double row(List<Map<String, Object>> rows, Guarantee guarantee)
            throws IOException, InterruptedException {
        try (FloodedJob job =
                new FloodedJob(DEVICE, guarantee, true, Duration.ofSeconds(5), requests)) {
            long from = await(job, requests / 4);
            long start = System.nanoTime();
            long cpuStart = ProcessTime.nanos();
            JobTime jobStart = JobTime.now();
            long to = await(job, requests * 9L / 10);
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpuSeconds = (ProcessTime.nanos() - cpuStart) / 1e9;
            double jobSeconds = JobTime.now().since(jobStart) / 1e9;
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("guarantee", guarantee.name().toLowerCase(Locale.ROOT));
            row.put("requests", to - from);
            row.put("per_second", (to - from) / seconds);
            row.put("per_processor_second", (to - from) / cpuSeconds);
            row.put("per_job_core", (to - from) / jobSeconds);
            rows.add(row);
            return (to - from) / cpuSeconds;
        }
    }

    private static long await(FloodedJob job, long requests)
            throws IOException, InterruptedException {
        long there = job.setAside();
        while (there < requests) {
            LockSupport.parkNanos(POLL_NANOS);
            there = job.setAside();
        }
        return there;
    }
}
