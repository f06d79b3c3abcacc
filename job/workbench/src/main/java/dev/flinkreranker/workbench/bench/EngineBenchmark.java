package dev.flinkreranker.workbench.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.flinkreranker.runtime.batching.BatchObserver;
import dev.flinkreranker.runtime.batching.BatchSettings;
import dev.flinkreranker.runtime.batching.MicroBatcher;
import dev.flinkreranker.runtime.batching.PairGroup;
import dev.flinkreranker.runtime.batching.QueuedPair;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.subject.CountingListener;
import dev.flinkreranker.workbench.bench.subject.SimulatedDevice;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the micro-batcher itself costs: pairs through it per second of processor time, with a device
 * that takes none, for few and for many tenants. Processor time rather than wall time, so that the
 * figure is per core whatever else runs.
 */
@Command(
        name = "engine",
        description = "Pairs per second through the micro-batcher on one core.",
        mixinStandardHelpOptions = true,
        footer = {"%nExample:", "  ./rerank bench engine --pairs 500000"})
final class EngineBenchmark extends Benchmark {

    private static final int PAIRS_PER_REQUEST = 20;
    private static final int IN_FLIGHT = 4_096;

    @Option(
            names = "--pairs",
            description = "Pairs per measurement (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000000")
    private int pairs;

    @Override
    BenchmarkResult measure() throws InterruptedException {
        rate(100); // warm-up
        List<Map<String, Object>> rows = new ArrayList<>();
        double slowest = Double.MAX_VALUE;
        for (int tenants : new int[] {1, 10, 100, 1_000, 10_000}) {
            double rate = rate(tenants);
            slowest = Math.min(slowest, rate);
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("tenants", tenants);
            row.put("pairs", pairs);
            row.put("pairs_per_cpu_second", rate);
            row.put("nanos_per_pair", 1e9 / rate);
            rows.add(row);
        }
        return new BenchmarkResult(
                "engine",
                rows,
                slowest,
                "pairs/s per core, slowest row",
                "at least 100000, flat from 1 to 10000 tenants");
    }

    private double rate(int tenants) throws InterruptedException {
        SimulatedDevice device = new SimulatedDevice(0, 0);
        Semaphore room = new Semaphore(IN_FLIGHT);
        Random random = new Random(seed());
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (MicroBatcher<Integer, Float> batcher =
                new MicroBatcher<>(
                        List.of("bench"),
                        1,
                        BatchSettings.ofTokens(16_384),
                        System::nanoTime,
                        BatchObserver.NONE,
                        () -> {})) {
            CountingListener listener = new CountingListener(i -> room.release(), i -> {});
            long start = system.getProcessCpuTime();
            for (int done = 0; done < pairs; done += PAIRS_PER_REQUEST) {
                String tenant = "tenant-" + random.nextInt(tenants);
                PairGroup<Integer, Float> group =
                        new PairGroup<>(tenant, 1, Long.MAX_VALUE, device, listener);
                List<QueuedPair<Integer, Float>> request = new ArrayList<>(PAIRS_PER_REQUEST);
                for (int i = 0; i < PAIRS_PER_REQUEST; i++) {
                    int length = 16 + random.nextInt(496);
                    request.add(new QueuedPair<>(group, i, length, length));
                }
                room.acquire(PAIRS_PER_REQUEST);
                batcher.submit(request);
            }
            room.acquire(IN_FLIGHT);
            return pairs * 1e9 / (system.getProcessCpuTime() - start);
        }
    }
}
