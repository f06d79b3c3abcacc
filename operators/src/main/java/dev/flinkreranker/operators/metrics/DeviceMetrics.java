package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.runtime.engine.DeviceCounts;
import dev.flinkreranker.runtime.engine.DeviceMemory;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the process's engine reports of each device, all gauges. Scope: {@code <operator
 * scope>.rerank.engine.device.<device>.<name>}, such as {@code device.cuda:0.busyMs}. As with
 * {@link EngineMetrics}, all parallel instances of a process report the same figures.
 */
@Internal
public final class DeviceMetrics {

    /** Group of the figures of one device. */
    public static final String DEVICE = "device";

    /** Batches that ran on it, since the engine started. */
    public static final String BATCHES = "batches";

    /** Tokens of those batches. */
    public static final String TOKENS = "tokens";

    /** Milliseconds that it was busy; by the second, the thousandth part is its utilisation. */
    public static final String BUSY_MS = "busyMs";

    /** Bytes predicted for the weights that are there now. Devices of the CPU share them. */
    public static final String WEIGHT_BYTES = "weightBytes";

    /** Bytes predicted at most for a batch, beside the weights. */
    public static final String BATCH_BYTES = "batchBytes";

    /**
     * Bytes that are taken now: of a GPU by all processes, of the CPU's by this one, mapped files
     * included. NaN where nobody knows.
     */
    public static final String USED_BYTES = "usedBytes";

    /** Bytes that this process may still take now; NaN where nobody knows. */
    public static final String FREE_BYTES = "freeBytes";

    private DeviceMetrics() {}

    /**
     * Reports the figures of devices.
     *
     * @param group the engine's group
     * @param devices their names
     */
    public static void register(
            MetricGroup group, RerankEngine engine, Collection<String> devices) {
        for (String device : devices) {
            MetricGroup own = group.addGroup(DEVICE, device);
            count(own, BATCHES, engine, device, DeviceCounts::batches);
            count(own, TOKENS, engine, device, DeviceCounts::tokens);
            count(own, BUSY_MS, engine, device, counts -> counts.busyNanos() / 1_000_000);
            count(own, WEIGHT_BYTES, engine, device, DeviceCounts::weightBytes);
            count(own, BATCH_BYTES, engine, device, DeviceCounts::batchBytes);
            memory(own, USED_BYTES, device, DeviceMemory::used);
            memory(own, FREE_BYTES, device, DeviceMemory::free);
        }
    }

    private static void count(
            MetricGroup group,
            String name,
            RerankEngine engine,
            String device,
            ToLongFunction<DeviceCounts> of) {
        group.<Long, Gauge<Long>>gauge(name, () -> of.applyAsLong(engine.device(device)));
    }

    private static void memory(
            MetricGroup group,
            String name,
            String device,
            Function<DeviceMemory, OptionalLong> of) {
        group.<Double, Gauge<Double>>gauge(
                name,
                () -> {
                    OptionalLong bytes = of.apply(DeviceMemory.of(device));
                    return bytes.isPresent() ? (double) bytes.getAsLong() : Double.NaN;
                });
    }
}
