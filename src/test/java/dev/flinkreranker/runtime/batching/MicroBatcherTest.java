package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicroBatcherTest {

    private static final BatchSettings SETTINGS = BatchSettings.ofTokens(512);

    private static MicroBatcher<Integer, Long> batcher(BatchObserver observer) {
        return new MicroBatcher<>(
                List.of("test"), 1, SETTINGS, System::nanoTime, observer, () -> {});
    }

    private static List<QueuedPair<Integer, Long>> pairs(
            HashProfile profile, PairListener<Long> listener, int first, int count, long seed) {
        Random random = new Random(seed);
        PairGroup<Integer, Long> group =
                new PairGroup<>(
                        "tenant-" + random.nextInt(5), 1, Long.MAX_VALUE, profile, listener);
        List<QueuedPair<Integer, Long>> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(new QueuedPair<>(group, i, first + i, 1 + random.nextInt(200)));
        }
        return pairs;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 2", "4, 2"})
    void givesEveryPairItsOwnScoreWhateverFails(long seed, int atOnce) throws Exception {
        int poison = 777;
        int size = 25;
        List<RecordingListener> listeners = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            listeners.add(new RecordingListener(size));
        }
        List<HashProfile> profiles =
                List.of(
                        HashProfile.flaky("one", poison, 0.1, seed),
                        HashProfile.flaky("two", poison, 0, seed));
        try (MicroBatcher<Integer, Long> batcher =
                new MicroBatcher<>(
                        List.of("test"),
                        atOnce,
                        SETTINGS,
                        System::nanoTime,
                        BatchObserver.NONE,
                        () -> {})) {
            List<Thread> clients = new ArrayList<>();
            AtomicInteger next = new AtomicInteger();
            for (int t = 0; t < 3; t++) {
                clients.add(
                        new Thread(
                                () -> {
                                    int request;
                                    while ((request = next.getAndIncrement()) < listeners.size()) {
                                        batcher.submit(
                                                pairs(
                                                        profiles.get(request % 2),
                                                        listeners.get(request),
                                                        request * size,
                                                        size,
                                                        seed + request));
                                    }
                                }));
            }
            clients.forEach(Thread::start);
            for (Thread client : clients) {
                client.join();
            }
            for (RecordingListener listener : listeners) {
                assertThat(listener.await()).isTrue();
            }
        }
        int failed = 0;
        for (int request = 0; request < listeners.size(); request++) {
            assertThat(listeners.get(request).toldTwice()).isZero();
            for (int i = 0; i < size; i++) {
                int pair = request * size + i;
                Object told = listeners.get(request).told(i);
                if (pair == poison) {
                    assertThat(told).isEqualTo("pair 777 is poisoned");
                } else if (!(told instanceof String)) {
                    assertThat(told).isEqualTo(HashProfile.scoreOf(pair));
                } else {
                    failed++;
                }
            }
        }
        // A chance fault never hits a pair that is alone, so only the poisoned pair may fail.
        assertThat(failed).isZero();
    }

    @Test
    void tellsEverybodyThatTheDeviceIsBroken() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch submitted = new CountDownLatch(1);
        CountDownLatch heard = new CountDownLatch(1);
        BrokenDeviceException broken = new BrokenDeviceException("the bus is gone", null);
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    running.countDown();
                    await(submitted);
                    throw broken;
                };
        BatchObserver observer =
                new BatchObserver() {
                    @Override
                    public void broken(BrokenDeviceException cause) {
                        assertThat(cause).isSameAs(broken);
                        heard.countDown();
                    }
                };
        RecordingListener inTheBatch = new RecordingListener(1);
        RecordingListener inTheQueue = new RecordingListener(1);
        RecordingListener late = new RecordingListener(1);
        try (MicroBatcher<Integer, Long> batcher = batcher(observer)) {
            batcher.submit(List.of(pair(profile, inTheBatch)));
            await(running);
            batcher.submit(List.of(pair(profile, inTheQueue)));
            submitted.countDown();
            assertThat(inTheBatch.await()).isTrue();
            assertThat(inTheQueue.await()).isTrue();
            await(heard);
            batcher.submit(List.of(pair(profile, late)));
            assertThat(late.await()).isTrue();
        }
        assertThat(List.of(inTheBatch.told(0), inTheQueue.told(0), late.told(0)))
                .containsOnly(broken);
    }

    @Test
    void anErrorOfTheDeviceThreadIsABrokenDevice() throws Exception {
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    throw new NoClassDefFoundError("gone");
                };
        RecordingListener listener = new RecordingListener(1);
        try (MicroBatcher<Integer, Long> batcher = batcher(BatchObserver.NONE)) {
            batcher.submit(List.of(pair(profile, listener)));
            assertThat(listener.await()).isTrue();
        }
        assertThat(listener.told(0))
                .isInstanceOfSatisfying(
                        BrokenDeviceException.class,
                        e -> assertThat(e).hasMessageContaining("NoClassDefFoundError: gone"));
    }

    @Test
    void closingLeavesNoThreadAndNobodyWaiting() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    running.countDown();
                    await(go);
                    return pairs.stream().map(HashProfile::scoreOf).toList();
                };
        RecordingListener inTheBatch = new RecordingListener(1);
        RecordingListener inTheQueue = new RecordingListener(1);
        MicroBatcher<Integer, Long> batcher =
                new MicroBatcher<>(
                        List.of("leak-test"),
                        1,
                        SETTINGS,
                        System::nanoTime,
                        BatchObserver.NONE,
                        released::countDown);
        batcher.submit(List.of(pair(profile, inTheBatch)));
        await(running);
        batcher.submit(List.of(pair(profile, inTheQueue)));
        batcher.shutdown();
        assertThat(inTheQueue.await()).isTrue();
        assertThat(released.getCount()).as("released while a batch runs").isOne();
        go.countDown();
        batcher.close();
        batcher.close();
        assertThat(released.getCount()).isZero();
        assertThat(inTheBatch.told(0)).isEqualTo(HashProfile.scoreOf(0));
        assertThat(inTheQueue.told(0)).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("leak-test"));
    }

    @Test
    void severalDevicesRunBatchesSideBySide() throws Exception {
        CountDownLatch together = new CountDownLatch(2);
        List<BatchReport> reports = Collections.synchronizedList(new ArrayList<>());
        BatchObserver observer =
                new BatchObserver() {
                    @Override
                    public void ran(BatchReport report, List<? extends QueuedPair<?, ?>> pairs) {
                        reports.add(report);
                    }
                };
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    seen.add(device);
                    together.countDown();
                    MicroBatcherTest.await(together);
                    return pairs.stream().map(HashProfile::scoreOf).toList();
                };
        RecordingListener listener = new RecordingListener(2);
        PairGroup<Integer, Long> group = new PairGroup<>("t", 1, Long.MAX_VALUE, profile, listener);
        CountDownLatch released = new CountDownLatch(1);
        try (MicroBatcher<Integer, Long> batcher =
                new MicroBatcher<>(
                        List.of("left", "right"),
                        1,
                        BatchSettings.ofTokens(10),
                        System::nanoTime,
                        observer,
                        released::countDown)) {
            // In one piece, so that one device has to tell the other.
            batcher.submit(
                    List.of(new QueuedPair<>(group, 0, 0, 10), new QueuedPair<>(group, 1, 1, 10)));
            assertThat(listener.await()).isTrue();
        }
        assertThat(seen).containsExactlyInAnyOrder(0, 1);
        assertThat(reports)
                .extracting(BatchReport::device)
                .containsExactlyInAnyOrder("left", "right");
        assertThat(released.getCount()).isZero();
        assertThat(listener.told(1)).isEqualTo(HashProfile.scoreOf(1));
    }

    @Test
    void aBrokenDeviceEndsTheOthersOnceTheirBatchesHaveRun() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch told = new CountDownLatch(1);
        BrokenDeviceException broken = new BrokenDeviceException("the bus is gone", null);
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    both.countDown();
                    MicroBatcherTest.await(both);
                    if (pairs.contains(0)) {
                        throw broken;
                    }
                    MicroBatcherTest.await(told);
                    return pairs.stream().map(HashProfile::scoreOf).toList();
                };
        RecordingListener lost = new RecordingListener(1);
        RecordingListener scored = new RecordingListener(1);
        RecordingListener waiting = new RecordingListener(1);
        CountDownLatch released = new CountDownLatch(1);
        try (MicroBatcher<Integer, Long> batcher =
                new MicroBatcher<>(
                        List.of("left", "right"),
                        1,
                        BatchSettings.ofTokens(10),
                        System::nanoTime,
                        BatchObserver.NONE,
                        released::countDown)) {
            batcher.submit(List.of(pair(profile, lost, 0)));
            batcher.submit(List.of(pair(profile, scored, 1)));
            batcher.submit(List.of(pair(profile, waiting, 2)));
            assertThat(lost.await()).isTrue();
            assertThat(waiting.await()).isTrue();
            assertThat(batcher.hasEnded()).isTrue();
            assertThat(released.getCount()).as("released while a batch runs").isOne();
            told.countDown();
            assertThat(scored.await()).isTrue();
        }
        assertThat(List.of(lost.told(0), waiting.told(0))).containsOnly(broken);
        assertThat(scored.told(0)).isEqualTo(HashProfile.scoreOf(1));
        assertThat(released.getCount()).isZero();
    }

    @Test
    void countsABatchBeforeItsResultsAreOut() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        List<BatchReport> reports = Collections.synchronizedList(new ArrayList<>());
        BatchObserver slow =
                new BatchObserver() {
                    @Override
                    public void ran(BatchReport report, List<? extends QueuedPair<?, ?>> pairs) {
                        // As long as a listener would need to be told first, if it could be.
                        for (int i = 0; i < 1_000 && heard.isEmpty(); i++) {
                            Thread.yield();
                        }
                        reports.add(report);
                        heard.add("counted");
                    }
                };
        RecordingListener listener = new RecordingListener(1);
        PairListener<Long> noting =
                new ForwardingListener(listener) {
                    @Override
                    public void scored(int index, Long score) {
                        heard.add("scored");
                        super.scored(index, score);
                    }
                };
        try (MicroBatcher<Integer, Long> batcher = batcher(slow)) {
            batcher.submit(List.of(pair(HashProfile.reliable("p"), noting)));
            assertThat(listener.await()).isTrue();
        }
        assertThat(heard).containsExactly("counted", "scored");
        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).pairs()).isOne();
        assertThat(reports.get(0).closing()).isEqualTo(ClosingReason.DRAINED);
    }

    @Test
    void hasEndedBeforeAnybodyHearsOfIt() throws Exception {
        BrokenDeviceException broken = new BrokenDeviceException("the bus is gone", null);
        AtomicBoolean ended = new AtomicBoolean();
        RecordingListener listener = new RecordingListener(1);
        try (MicroBatcher<Integer, Long> batcher = batcher(BatchObserver.NONE)) {
            assertThat(batcher.hasEnded()).isFalse();
            PairListener<Long> looking =
                    new ForwardingListener(listener) {
                        @Override
                        public void abandoned(int index, RuntimeException cause) {
                            ended.set(batcher.hasEnded());
                            super.abandoned(index, cause);
                        }
                    };
            ScoringProfile<Integer, Long> profile =
                    (device, pairs) -> {
                        throw broken;
                    };
            batcher.submit(List.of(pair(profile, looking)));
            assertThat(listener.await()).isTrue();
        }
        assertThat(ended).isTrue();
    }

    @Test
    void runsTheNextBatchWhileResultsAreHandedOut() throws Exception {
        CountDownLatch secondRuns = new CountDownLatch(1);
        ScoringProfile<Integer, Long> second =
                (device, pairs) -> {
                    secondRuns.countDown();
                    return List.of(2L);
                };
        RecordingListener done = new RecordingListener(1);
        PairListener<Long> slow =
                new ForwardingListener(done) {
                    @Override
                    public void scored(int index, Long score) {
                        await(secondRuns);
                        super.scored(index, score);
                    }
                };
        try (MicroBatcher<Integer, Long> batcher = batcher(BatchObserver.NONE)) {
            batcher.submit(List.of(pair(HashProfile.reliable("first"), slow)));
            batcher.submit(List.of(pair(second, new RecordingListener(1))));
            assertThat(done.await()).isTrue();
        }
        assertThat(done.told(0)).isEqualTo(HashProfile.scoreOf(0));
    }

    @Test
    void lingersForAFullBatchIfAskedTo() throws Exception {
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        ScoringProfile<Integer, Long> profile =
                (device, pairs) -> {
                    sizes.add(pairs.size());
                    return pairs.stream().map(HashProfile::scoreOf).toList();
                };
        RecordingListener listener = new RecordingListener(3);
        PairGroup<Integer, Long> group = new PairGroup<>("t", 1, Long.MAX_VALUE, profile, listener);
        BatchSettings patient = BatchSettings.ofTokens(30).withLinger(Duration.ofHours(1));
        try (MicroBatcher<Integer, Long> batcher =
                new MicroBatcher<>(
                        List.of("test"),
                        1,
                        patient,
                        System::nanoTime,
                        BatchObserver.NONE,
                        () -> {})) {
            for (int i = 0; i < 3; i++) {
                batcher.submit(List.of(new QueuedPair<>(group, i, i, 10)));
            }
            assertThat(listener.await()).isTrue();
        }
        assertThat(sizes).containsExactly(3);
    }

    @Test
    void aListenerThatFailsHarmsNobodyElse() throws Exception {
        PairListener<Long> failing =
                new ForwardingListener(new RecordingListener(1)) {
                    @Override
                    public void scored(int index, Long score) {
                        throw new NoClassDefFoundError("the job is gone");
                    }
                };
        RecordingListener listener = new RecordingListener(1);
        try (MicroBatcher<Integer, Long> batcher = batcher(BatchObserver.NONE)) {
            batcher.submit(List.of(pair(HashProfile.reliable("p"), failing)));
            batcher.submit(List.of(pair(HashProfile.reliable("p"), listener)));
            assertThat(listener.await()).isTrue();
        }
        assertThat(listener.told(0)).isEqualTo(HashProfile.scoreOf(0));
    }

    private static QueuedPair<Integer, Long> pair(
            ScoringProfile<Integer, Long> profile, PairListener<Long> listener) {
        return pair(profile, listener, 0);
    }

    private static QueuedPair<Integer, Long> pair(
            ScoringProfile<Integer, Long> profile, PairListener<Long> listener, int pair) {
        return new QueuedPair<>(
                new PairGroup<>("tenant", 1, Long.MAX_VALUE, profile, listener), 0, pair, 10);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
