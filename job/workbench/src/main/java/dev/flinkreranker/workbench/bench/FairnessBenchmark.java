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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What one tenant's flood does to the others in the whole job, from topic to topic: the 95th
 * percentile of what they wait, without the flood and then beside it, on a fast and on a slow
 * simulated device, exactly once and at least once. Nothing of the flood is shed: it comes in the
 * others' partitions, and waits in the overflow topic.
 */
@Command(
        name = "fairness",
        mixinStandardHelpOptions = true,
        description = {
            "What a tenant that floods the whole job does to the time that others wait, from Kafka",
            "to Kafka, on a simulated device. Exits with 1 where it is more than 1.5 times and more",
            "than 2 s above what it is without, or a request has no result.",
            "flood_per_job_core: requests of the flood in a second of processor time of the job's own",
            "threads, which sender, broker and reader are not."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench fairness",
            "  ./rerank bench fairness --flood 2000 --guarantees exactly_once --token-micros 25",
            "  ./rerank bench fairness --seconds 120 --no-overflow"
        })
final class FairnessBenchmark extends Benchmark {

    /** Each sends once a second, or as often as keeps the device busy for half of the time. */
    private static final int OTHERS = 19;

    private static final double LOAD = 0.5;
    private static final long NANOS_PER_BATCH = 200_000;

    private static final int WARM_SECONDS = 10;

    private static final double MOST_TIMES = 1.5;
    private static final double MOST_MORE_MS = 2_000;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "Length of each run, and of what goes before it, up to ten seconds (default:"
                            + " ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--flood",
            paramLabel = "N",
            defaultValue = "300",
            description =
                    "Requests of 10 KB in a second of the tenant that floods (default:"
                            + " ${DEFAULT-VALUE}).")
    private double flood;

    @Option(
            names = "--token-micros",
            paramLabel = "N",
            split = ",",
            defaultValue = "2,25",
            description = "The devices: microseconds for a token (default: ${DEFAULT-VALUE}).")
    private List<Integer> tokenMicros;

    @Option(
            names = "--guarantees",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "EXACTLY_ONCE,AT_LEAST_ONCE",
            description = "What is promised of results (default: ${DEFAULT-VALUE}).")
    private List<Guarantee> guarantees;

    @Option(
            names = "--no-overflow",
            description = "Without an overflow topic, to see what it is for.")
    private boolean withoutOverflow;

    @Option(
            names = "--checkpoint-seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Time between checkpoints (default: ${DEFAULT-VALUE}).")
    private int checkpointSeconds;

    private boolean kept = true;

    @Override
    int exitCode() {
        return kept ? 0 : 1;
    }

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        List<Map<String, Object>> rows = new ArrayList<>();
        double worst = 0;
        for (int micros : tokenMicros) {
            for (Guarantee guarantee : guarantees) {
                SimulatedDevice device = new SimulatedDevice(NANOS_PER_BATCH, 1_000L * micros);
                try (FloodedJob job =
                        new FloodedJob(
                                device,
                                guarantee,
                                !withoutOverflow,
                                Duration.ofSeconds(checkpointSeconds),
                                0)) {
                    Duration warm = Duration.ofSeconds(Math.min(seconds, WARM_SECONDS));
                    // The job starts, and learns what a batch costs.
                    run(job, micros, 0, warm);
                    double calm = row(rows, micros, guarantee, job, 0);
                    // A flood of any length: the virtual machine has compiled what it runs.
                    run(job, micros, flood, warm);
                    double flooded = row(rows, micros, guarantee, job, flood);
                    worst = Math.max(worst, flooded / calm);
                    kept &= isKept(calm, flooded);
                }
            }
        }
        return new BenchmarkResult(
                "fairness",
                rows,
                worst,
                "times the others' p95 from topic to topic, at worst",
                "at most 1.5, or 2 s above, and none unanswered");
    }

    /**
     * Whether the flood has kept the others waiting no longer than it may.
     *
     * @param calm their 95th percentile without it, in milliseconds
     * @param flooded the same beside it
     */
    static boolean isKept(double calm, double flooded) {
        return flooded <= MOST_TIMES * calm || flooded <= calm + MOST_MORE_MS;
    }

    private static long[] run(FloodedJob job, int micros, double flood, Duration time)
            throws IOException, InterruptedException {
        double deviceSeconds = FloodedJob.TOKENS * micros / 1e6;
        return job.run(
                time,
                OTHERS,
                Math.min(1, LOAD / deviceSeconds / OTHERS),
                flood,
                Duration.ofSeconds(30));
    }

    private double row(
            List<Map<String, Object>> rows,
            int micros,
            Guarantee guarantee,
            FloodedJob job,
            double perSecond)
            throws IOException, InterruptedException {
        long sentStart = job.flooded();
        long answeredStart = job.answered();
        long start = System.nanoTime();
        long cpuStart = ProcessTime.nanos();
        JobTime jobStart = JobTime.now();
        long[] waits = run(job, micros, perSecond, Duration.ofSeconds(seconds));
        double nanos = System.nanoTime() - start;
        double cores = (ProcessTime.nanos() - cpuStart) / nanos;
        double jobNanos = JobTime.now().since(jobStart);
        long sent = job.flooded() - sentStart;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("token_micros", micros);
        row.put("guarantee", guarantee.name().toLowerCase(Locale.ROOT));
        row.put("flood_per_second", perSecond);
        row.put("others", waits.length);
        row.put("unanswered", job.unanswered());
        kept &= job.unanswered() == 0;
        row.put("p50_ms", percentile(waits, 0.5));
        row.put("p95_ms", percentile(waits, 0.95));
        row.put("p99_ms", percentile(waits, 0.99));
        row.put("flood_sent", sent);
        row.put("flood_answered", job.answered() - answeredStart);
        row.put("cores", cores);
        row.put("job_cores", jobNanos / nanos);
        row.put("flood_per_job_core", sent * 1e9 / jobNanos);
        rows.add(row);
        return percentile(waits, 0.95);
    }

    private static double percentile(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
    }
}
