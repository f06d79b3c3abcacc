package dev.flinkreranker.runtime.batching;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Keeps what it was told, and that it was told once for each pair. */
final class RecordingListener implements PairListener<Long> {

    private final AtomicReferenceArray<Object> told;
    private final CountDownLatch open;
    private final AtomicInteger toldTwice = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private volatile boolean wanted = true;

    RecordingListener(int pairs) {
        told = new AtomicReferenceArray<>(pairs);
        open = new CountDownLatch(pairs);
    }

    /** What the pair at the index became: its score, a reason, {@code "dropped"}, or the cause. */
    Object told(int index) {
        return told.get(index);
    }

    /** The device's time over all pairs. */
    long nanos() {
        return nanos.get();
    }

    int toldTwice() {
        return toldTwice.get();
    }

    void cancel() {
        wanted = false;
    }

    boolean await() throws InterruptedException {
        return open.await(60, TimeUnit.SECONDS);
    }

    @Override
    public boolean isWanted() {
        return wanted;
    }

    @Override
    public void ran(int index, long start, long deviceNanos) {
        nanos.addAndGet(deviceNanos);
    }

    @Override
    public void scored(int index, Long score) {
        record(index, score);
    }

    @Override
    public void unscorable(int index, String reason) {
        record(index, reason);
    }

    @Override
    public void dropped(int index) {
        record(index, "dropped");
    }

    @Override
    public void abandoned(int index, RuntimeException cause) {
        record(index, cause);
    }

    private void record(int index, Object what) {
        if (!told.compareAndSet(index, null, what)) {
            toldTwice.incrementAndGet();
        }
        open.countDown();
    }
}
