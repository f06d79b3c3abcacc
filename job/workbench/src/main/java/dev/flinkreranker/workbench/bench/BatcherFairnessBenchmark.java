package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.batching.BatchSettings;
import dev.flinkreranker.runtime.batching.MicroBatcher;
import dev.flinkreranker.runtime.batching.PairGroup;
import dev.flinkreranker.runtime.batching.QueuedPair;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.subject.CountingListener;
import dev.flinkreranker.workbench.bench.subject.SimulatedDevice;
import dev.flinkreranker.workbench.bench.subject.WaitingTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What one greedy tenant does to the others. Twenty tenants together send what keeps a simulated
 * device busy for nine tenths of its time in full batches; then one of them sends a hundred times
 * its share. Measured is the other tenants' 99th percentile of the time from submission to score; a
 * pair that still waits at the end counts with what it has waited. First come, first served is the
 * same batcher with everybody under one name.
 *
 * <p>Near full load one pause of the process moves the percentile: whoever comes until the device
 * has caught up waits for it, so 200 ms once in 20 seconds cost more than the greedy tenant does.
 * Therefore the others send the same in all three runs, garbage is collected before each, and each
 * says its longest pause.
 */
@Command(
        name = "batcher-fairness",
        description = "What a tenant at 100 times its share does to others in the batcher alone.",
        mixinStandardHelpOptions = true,
        footer = {"%nExample:", "  ./rerank bench batcher-fairness --seconds 30"})
final class BatcherFairnessBenchmark extends Benchmark {

    private static final int TENANTS = 20;
    private static final int PAIRS_PER_REQUEST = 10;
    private static final int LENGTH = 128;
    private static final double LOAD = 0.9;
    private static final int BATCH_TOKENS = 4_096;
    private static final long NANOS_PER_BATCH = 200_000;
    private static final long NANOS_PER_TOKEN = 2_000;

    /** Beyond it the greedy tenant sends nothing, as in the job it is set aside. */
    private static final int GREEDY_IN_FLIGHT_PAIRS = 20_000;

    @Option(
            names = "--seconds",
            description = "Length of each of the three runs (default: ${DEFAULT-VALUE}).",
            defaultValue = "20")
    private int seconds;

    @Override
    BenchmarkResult measure() {
        List<Map<String, Object>> rows = new ArrayList<>();
        double quiet = row(rows, "everybody at its share", 1, true);
        double greedy = row(rows, "one at 100 times its share", 100, true);
        row(rows, "same, first come, first served", 100, false);
        return new BenchmarkResult(
                "batcher-fairness",
                rows,
                greedy / quiet,
                "times the others' p99 wait",
                "at most 1.5");
    }

    private double row(List<Map<String, Object>> rows, String scenario, int greed, boolean fairly) {
        WaitingTimes waits = waits(greed, fairly);
        long[] sorted = waits.sorted();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("scenario", scenario);
        row.put("pairs_of_others", sorted.length);
        row.put("not_scored", waits.notScored());
        row.put("p50_ms", percentile(sorted, 0.5) / 1e6);
        row.put("p99_ms", percentile(sorted, 0.99) / 1e6);
        row.put("longest_pause_ms", waits.longestPause() / 1e6);
        rows.add(row);
        return percentile(sorted, 0.99);
    }

    private static double percentile(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    /** Of every pair that is not the greedy tenant's. */
    private WaitingTimes waits(int greed, boolean fairly) {
        SimulatedDevice device = new SimulatedDevice(NANOS_PER_BATCH, NANOS_PER_TOKEN);
        BatchSettings settings =
                BatchSettings.ofTokens(BATCH_TOKENS).withMaxBatchTime(Duration.ofMillis(50));
        WaitingTimes waits = new WaitingTimes(device);
        AtomicInteger greedyInFlight = new AtomicInteger();
        List<Random> randoms = new Random(seed()).longs(TENANTS).mapToObj(Random::new).toList();
        double requestNanos =
                PAIRS_PER_REQUEST
                        * LENGTH
                        * (NANOS_PER_TOKEN + (double) NANOS_PER_BATCH / BATCH_TOKENS);
        double meanGap = requestNanos * TENANTS / LOAD;
        System.gc();
        try (MicroBatcher<Integer, Float> batcher =
                new MicroBatcher<>(
                        List.of("bench"), 1, settings, System::nanoTime, waits, () -> {})) {
            PriorityQueue<Arrival> arrivals = new PriorityQueue<>();
            for (int tenant = 0; tenant < TENANTS; tenant++) {
                arrivals.add(new Arrival(0, tenant).after(randoms.get(tenant), meanGap));
            }
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofSeconds(seconds).toNanos()) {
                Arrival arrival = arrivals.poll();
                LockSupport.parkNanos(arrival.at() - (System.nanoTime() - start));
                boolean isGreedy = arrival.tenant() == 0;
                if (!isGreedy || greedyInFlight.get() < GREEDY_IN_FLIGHT_PAIRS) {
                    submit(
                            batcher,
                            device,
                            fairly ? "tenant-" + arrival.tenant() : "everybody",
                            isGreedy ? greedyInFlight : null,
                            waits);
                }
                arrivals.add(
                        arrival.after(
                                randoms.get(arrival.tenant()),
                                isGreedy ? meanGap / greed : meanGap));
            }
        }
        return waits;
    }

    private static void submit(
            MicroBatcher<Integer, Float> batcher,
            SimulatedDevice device,
            String tenant,
            @Nullable AtomicInteger inFlight,
            WaitingTimes waits) {
        long submitted = System.nanoTime();
        PairGroup<Integer, Float> group =
                new PairGroup<>(
                        tenant, 1, Long.MAX_VALUE, device, listener(submitted, inFlight, waits));
        List<QueuedPair<Integer, Float>> request = new ArrayList<>(PAIRS_PER_REQUEST);
        for (int i = 0; i < PAIRS_PER_REQUEST; i++) {
            request.add(new QueuedPair<>(group, i, LENGTH, LENGTH));
        }
        if (inFlight != null) {
            inFlight.addAndGet(PAIRS_PER_REQUEST);
        }
        batcher.submit(request);
    }

    private static CountingListener listener(
            long submitted, @Nullable AtomicInteger inFlight, WaitingTimes waits) {
        return inFlight != null
                ? new CountingListener(i -> inFlight.decrementAndGet(), i -> {})
                : new CountingListener(
                        i -> waits.scored(System.nanoTime() - submitted),
                        i -> waits.abandoned(System.nanoTime() - submitted));
    }

    private record Arrival(long at, int tenant) implements Comparable<Arrival> {

        /** The tenant's next one, after an exponential gap. */
        Arrival after(Random random, double meanGapNanos) {
            double gap = -Math.log(1 - random.nextDouble()) * meanGapNanos;
            return new Arrival(at + (long) gap, tenant);
        }

        @Override
        public int compareTo(Arrival other) {
            return Long.compare(at, other.at);
        }
    }
}
