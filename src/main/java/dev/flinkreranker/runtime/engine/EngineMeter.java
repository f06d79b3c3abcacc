package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.BatchCost;
import dev.flinkreranker.runtime.batching.BatchObserver;
import dev.flinkreranker.runtime.batching.BatchReport;
import dev.flinkreranker.runtime.batching.QueuedPair;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what an engine does, and has its batches traced. */
final class EngineMeter implements BatchObserver {

    private static final Logger LOG = LoggerFactory.getLogger(EngineMeter.class);

    private final LongAdder loading = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder loadFailures = new LongAdder();
    private final LongAdder loadNanos = new LongAdder();
    private final LongAdder scored = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder throttled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder pairs = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final LongAdder sharedTokens = new LongAdder();
    private final LongAdder paddedTokens = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder deviceNanos = new LongAdder();
    private final LongAdder queueWaitNanos = new LongAdder();
    private final LongAdder resumed = new LongAdder();
    private final LongAdder recomputed = new LongAdder();
    private final LongAdder tokenizationNanos = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder unscorable = new LongAdder();
    private final LongAdder memorySplits = new LongAdder();
    private final LongAdder faultRetries = new LongAdder();
    private final LongAdder faultSplits = new LongAdder();
    private final Map<String, DeviceWork> devices = new ConcurrentHashMap<>();
    private volatile @Nullable BatchCost latestCost;

    /** What a device did. */
    private static final class DeviceWork {
        private final LongAdder batches = new LongAdder();
        private final LongAdder tokens = new LongAdder();
        private final LongAdder nanos = new LongAdder();
    }

    /** A load begins (1) or ends (-1). */
    void loading(int change) {
        loading.add(change);
    }

    void loaded(long nanos, boolean succeeded) {
        loadNanos.add(nanos);
        (succeeded ? loads : loadFailures).increment();
    }

    /** Exactly one of the two is there. */
    void ended(@Nullable RerankOutcome outcome, @Nullable Throwable failure) {
        if (failure instanceof BrokenDeviceException) {
            broken.increment();
        } else if (failure != null || outcome == RerankEngine.CLOSED) {
            cancelled.increment();
        } else if (outcome instanceof RerankOutcome.Scored) {
            scored.increment();
        } else if (outcome instanceof RerankOutcome.TimedOut) {
            timedOut.increment();
        } else if (outcome instanceof RerankOutcome.Throttled) {
            throttled.increment();
        } else if (outcome instanceof RerankOutcome.Failed) {
            failed.increment();
        }
    }

    /** A request was tokenized, which took so long. */
    void tokenized(RunningRequest request, long nanos) {
        tokenizationNanos.add(nanos);
        StagedPairs staged = request.staged();
        if (staged != null) {
            resumed.add(staged.resuming());
            recomputed.add(staged.recomputed());
        }
    }

    @Override
    public void ran(BatchReport report, List<? extends QueuedPair<?, ?>> pairsRun) {
        pairs.add(report.pairs());
        tokens.add(report.tokens());
        sharedTokens.add(report.sharedTokens());
        paddedTokens.add(report.paddedTokens());
        batches.increment();
        deviceNanos.add(report.deviceNanos());
        queueWaitNanos.add(report.meanWaitNanos() * report.pairs());
        DeviceWork device = devices.computeIfAbsent(report.device(), name -> new DeviceWork());
        device.batches.increment();
        device.tokens.add(report.tokens());
        device.nanos.add(report.deviceNanos());
        latestCost = report.cost();
        BatchTrace.ran(report, pairsRun);
    }

    @Override
    public void dropped(int count) {
        dropped.add(count);
    }

    @Override
    public void splitForMemory() {
        memorySplits.increment();
    }

    @Override
    public void retried() {
        faultRetries.increment();
    }

    @Override
    public void splitForFault() {
        faultSplits.increment();
    }

    @Override
    public void unscorable(int count) {
        unscorable.add(count);
    }

    @Override
    public void broken(BrokenDeviceException cause) {
        LOG.error("a device is lost: {}", cause.getMessage(), cause);
    }

    /** What it counted of a device, beside what models are predicted to need there. */
    DeviceCounts device(String name, long weightBytes, long batchBytes) {
        DeviceWork work = devices.getOrDefault(name, new DeviceWork());
        return new DeviceCounts(
                work.batches.sum(), work.tokens.sum(), work.nanos.sum(), weightBytes, batchBytes);
    }

    /** What it counted, beside what is under way, what the cache was asked and what is kept. */
    EngineCounts counts(EngineCounts.Load load, EngineCounts.Cache cache, long stateBytes) {
        return new EngineCounts(
                new EngineCounts.Models(
                        loading.sum(), loads.sum(), loadFailures.sum(), loadNanos.sum()),
                new EngineCounts.Requests(
                        scored.sum(),
                        timedOut.sum(),
                        throttled.sum(),
                        failed.sum(),
                        broken.sum(),
                        cancelled.sum(),
                        tokenizationNanos.sum()),
                new EngineCounts.Batches(
                        batches.sum(),
                        pairs.sum(),
                        tokens.sum(),
                        sharedTokens.sum(),
                        paddedTokens.sum(),
                        deviceNanos.sum(),
                        queueWaitNanos.sum()),
                new EngineCounts.Faults(
                        dropped.sum(),
                        unscorable.sum(),
                        memorySplits.sum(),
                        faultRetries.sum(),
                        faultSplits.sum()),
                load,
                cache,
                new EngineCounts.States(stateBytes, resumed.sum(), recomputed.sum()),
                latestCost);
    }
}
