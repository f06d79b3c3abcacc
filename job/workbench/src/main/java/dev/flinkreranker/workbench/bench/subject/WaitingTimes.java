package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.runtime.batching.BatchObserver;
import dev.flinkreranker.runtime.batching.BatchReport;
import dev.flinkreranker.runtime.batching.QueuedPair;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long pairs waited, in nanoseconds from submission to score or to the end, and by how much the
 * latest batch ended later than its cost says.
 */
public final class WaitingTimes implements BatchObserver {
    private final SimulatedDevice device;
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final AtomicInteger notScored = new AtomicInteger();
    private final AtomicLong longestPause = new AtomicLong();

    /** Of pairs that go to this device. */
    public WaitingTimes(SimulatedDevice device) {
        this.device = device;
    }

    @Override
    public void ran(BatchReport report, List<? extends QueuedPair<?, ?>> pairs) {
        long late = report.deviceNanos() - device.nanos(report.tokens());
        longestPause.accumulateAndGet(late, Math::max);
    }

    /** A pair was scored after so long. */
    public void scored(long waited) {
        nanos.add(waited);
    }

    /** A pair had waited for so long when everything ended. */
    public void abandoned(long waited) {
        nanos.add(waited);
        notScored.incrementAndGet();
    }

    /** All of them, ascending. */
    public long[] sorted() {
        return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** How many pairs had no score at the end. */
    public int notScored() {
        return notScored.get();
    }

    /** The longest that a batch took beyond its cost, in nanoseconds. */
    public long longestPause() {
        return longestPause.get();
    }
}
