package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.BatchCost;
import dev.flinkreranker.runtime.batching.BatchObserver;
import dev.flinkreranker.runtime.batching.BatchReport;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what an engine does and passes single events on to listeners. */
final class EngineMeter implements BatchObserver {

    private static final Logger LOG = LoggerFactory.getLogger(EngineMeter.class);

    final List<EngineListener> listeners = new CopyOnWriteArrayList<>();
    final LongAdder scored = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder throttled = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder pairs = new LongAdder();
    final LongAdder tokens = new LongAdder();
    final LongAdder paddedTokens = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder deviceNanos = new LongAdder();
    final LongAdder queueWaitNanos = new LongAdder();
    final LongAdder tokenizationNanos = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder unscorable = new LongAdder();
    final LongAdder memorySplits = new LongAdder();
    final LongAdder faultRetries = new LongAdder();
    final LongAdder faultSplits = new LongAdder();
    volatile BatchCost latestCost;

    void ended(RerankOutcome outcome) {
        if (outcome instanceof RerankOutcome.Scored) {
            scored.increment();
        } else if (outcome instanceof RerankOutcome.TimedOut) {
            timedOut.increment();
        } else if (outcome instanceof RerankOutcome.Throttled) {
            throttled.increment();
        } else if (outcome instanceof RerankOutcome.Failed) {
            failed.increment();
        }
    }

    void tokenized(int count, long nanos) {
        tokenizationNanos.add(nanos);
        tell(listener -> listener.tokenized(count, nanos));
    }

    @Override
    public void ran(BatchReport report) {
        pairs.add(report.pairs());
        tokens.add(report.tokens());
        paddedTokens.add(report.paddedTokens());
        batches.increment();
        deviceNanos.add(report.deviceNanos());
        queueWaitNanos.add(report.meanWaitNanos() * report.pairs());
        latestCost = report.cost();
        tell(listener -> listener.batchRan(report));
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

    private void tell(Consumer<EngineListener> event) {
        for (EngineListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | LinkageError e) {
                // A metric must not stop the device; its job's classes may be gone already.
                LOG.warn("a listener failed and is not called again", e);
                listeners.remove(listener);
            }
        }
    }
}
