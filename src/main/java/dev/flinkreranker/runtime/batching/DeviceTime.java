package dev.flinkreranker.runtime.batching;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What one device has under way, and how its time is shared out. Batches run one after the other,
 * also where the next one is put to the device while one runs: that one's time begins when the
 * former has ended. Nanoseconds of the batcher's clock. Safe for use by many threads.
 */
final class DeviceTime {

    /** How long each batch under way is expected to take, oldest first. */
    private final Deque<Long> expected = new ArrayDeque<>();

    private long runsUntil;
    private long sharedUntil = Long.MIN_VALUE;

    /** A batch is put to the device. */
    synchronized void began(long now, long expectedNanos) {
        runsUntil = Math.max(runsUntil, now) + expectedNanos;
        expected.add(expectedNanos);
    }

    /** The oldest batch has ended. */
    synchronized void ended(long now) {
        expected.remove();
        runsUntil = now + expected.stream().mapToLong(Long::longValue).sum();
    }

    /** Whether nothing is under way. */
    synchronized boolean isIdle() {
        return expected.isEmpty();
    }

    /** How long it is expected to be busy with what is under way. */
    synchronized long left(long now) {
        return Math.max(0, runsUntil - now);
    }

    /**
     * The device's time that a call took which scored, without what went to those before it.
     *
     * @param start when the call began
     * @param end when it returned
     */
    synchronized long scored(long start, long end) {
        long nanos = Math.max(0, end - Math.max(start, sharedUntil));
        sharedUntil = Math.max(sharedUntil, end);
        return nanos;
    }

    /** The same for one that failed: none while another batch may be the one that runs. */
    synchronized long failed(long start, long end) {
        return expected.size() > 1 ? 0 : scored(start, end);
    }
}
