package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One device that has two batches under way. */
class OverlapTest {

    private final List<BatchReport> reports = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger broken = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);

    private MicroBatcher<Integer, Long> batcher() {
        BatchObserver observer =
                new BatchObserver() {
                    @Override
                    public void ran(BatchReport report, List<? extends QueuedPair<?, ?>> pairs) {
                        reports.add(report);
                    }

                    @Override
                    public void broken(BrokenDeviceException cause) {
                        broken.incrementAndGet();
                    }
                };
        return new MicroBatcher<>(
                List.of("gpu"),
                2,
                BatchSettings.ofTokens(10),
                System::nanoTime,
                observer,
                released::countDown);
    }

    private static List<QueuedPair<Integer, Long>> pairs(
            ScoringProfile<Integer, Long> profile, RecordingListener listener, int... lengths) {
        PairGroup<Integer, Long> group = new PairGroup<>("t", 1, Long.MAX_VALUE, profile, listener);
        List<QueuedPair<Integer, Long>> pairs = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            pairs.add(new QueuedPair<>(group, i, i, lengths[i]));
        }
        return pairs;
    }

    private static List<Long> scores(List<Integer> pairs) {
        return pairs.stream().map(HashProfile::scoreOf).toList();
    }

    /** While the first runs, a pair that fills no batch waits for one that does. */
    @Test
    void takesAFullBatchWhileOneRunsAndNoLess() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch secondRuns = new CountDownLatch(2);
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    sizes.add(pairs.size());
                    runs.countDown();
                    secondRuns.countDown();
                    await(secondRuns);
                    return scores(pairs);
                };
        RecordingListener first = new RecordingListener(1);
        RecordingListener half = new RecordingListener(1);
        RecordingListener other = new RecordingListener(1);
        try (MicroBatcher<Integer, Long> batcher = batcher()) {
            batcher.submit(pairs(profile, first, 10));
            await(runs);
            batcher.submit(pairs(profile, half, 5));
            batcher.submit(pairs(profile, other, 5));
            for (RecordingListener listener : List.of(first, half, other)) {
                assertThat(listener.await()).isTrue();
            }
        }
        assertThat(sizes).containsExactly(1, 2);
    }

    /** Time that both were under way counts once. */
    @Test
    void itsTimeIsSharedOut() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    meet(both);
                    return scores(pairs);
                };
        RecordingListener listener = new RecordingListener(6);
        long start = System.nanoTime();
        try (MicroBatcher<Integer, Long> batcher = batcher()) {
            batcher.submit(pairs(profile, listener, 10, 10, 10, 10, 10, 10));
            assertThat(listener.await()).isTrue();
        }
        long wall = System.nanoTime() - start;
        assertThat(reports).hasSize(6);
        assertThat(reports.stream().mapToLong(BatchReport::deviceNanos).sum()).isBetween(1L, wall);
        assertThat(listener.nanos()).isBetween(1L, wall);
    }

    @Test
    void oneThatDoesNotFitIsHalvedWhileTheOtherRuns() throws Exception {
        CountDownLatch halved = new CountDownLatch(1);
        ScoringProfile<Integer, Long> large =
                (device, pairs) -> {
                    if (pairs.size() > 1) {
                        throw new DeviceMemoryException("out of memory", null);
                    }
                    halved.countDown();
                    return scores(pairs);
                };
        ScoringProfile<Integer, Long> other =
                (device, pairs) -> {
                    await(halved);
                    return scores(pairs);
                };
        RecordingListener runs = new RecordingListener(1);
        RecordingListener splits = new RecordingListener(2);
        try (MicroBatcher<Integer, Long> batcher = batcher()) {
            batcher.submit(pairs(other, runs, 10));
            batcher.submit(pairs(large, splits, 5, 5));
            assertThat(runs.await()).isTrue();
            assertThat(splits.await()).isTrue();
        }
        assertThat(splits.told(1)).isEqualTo(HashProfile.scoreOf(1));
        assertThat(runs.told(0)).isEqualTo(HashProfile.scoreOf(0));
    }

    @Test
    void aLostDeviceIsHeardOfOnceAndBothBatchesAreAbandoned() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    meet(both);
                    throw new BrokenDeviceException("lost with pair " + pairs.get(0), null);
                };
        RecordingListener listener = new RecordingListener(3);
        try (MicroBatcher<Integer, Long> batcher = batcher()) {
            batcher.submit(pairs(profile, listener, 10, 10, 10));
            assertThat(listener.await()).isTrue();
            assertThat(batcher.hasEnded()).isTrue();
        }
        assertThat(listener.toldTwice()).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(listener.told(i)).isInstanceOf(BrokenDeviceException.class);
        }
        assertThat(broken).hasValue(1);
        assertThat(released.getCount()).isZero();
    }

    @Test
    void closingWaitsForBoth() throws Exception {
        CyclicBarrier both = new CyclicBarrier(3);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    meet(both);
                    // Neither is free for the third pair before the end.
                    await(pairs.contains(1) ? go : ended);
                    return scores(pairs);
                };
        RecordingListener listener = new RecordingListener(3);
        MicroBatcher<Integer, Long> batcher = batcher();
        batcher.submit(pairs(profile, listener, 10, 10, 10));
        meet(both);
        batcher.shutdown();
        ended.countDown();
        assertThat(released.getCount()).as("released while a batch runs").isOne();
        go.countDown();
        batcher.close();
        assertThat(released.getCount()).isZero();
        assertThat(listener.told(0)).isEqualTo(HashProfile.scoreOf(0));
        assertThat(listener.told(1)).isEqualTo(HashProfile.scoreOf(1));
        assertThat(listener.told(2)).isInstanceOf(IllegalStateException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
