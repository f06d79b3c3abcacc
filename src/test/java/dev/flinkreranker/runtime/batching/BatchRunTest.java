package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatchRunTest {

    private final RecordingListener listener = new RecordingListener(100);
    private final List<Integer> exceeded = new ArrayList<>();
    private final AtomicInteger retries = new AtomicInteger();
    private final AtomicInteger splits = new AtomicInteger();
    private long now;

    private BatchRun<Integer, Long> run(ScoringProfile<Integer, Long> profile) {
        BatchObserver observer =
                new BatchObserver() {
                    @Override
                    public void retried() {
                        retries.incrementAndGet();
                    }

                    @Override
                    public void splitForFault() {
                        splits.incrementAndGet();
                    }

                    @Override
                    public void splitForMemory() {
                        splits.incrementAndGet();
                    }
                };
        return new BatchRun<>(profile, 0, new DeviceTime(), () -> now, observer, exceeded::add);
    }

    private List<QueuedPair<Integer, Long>> pairs(int count, long deadline) {
        PairGroup<Integer, Long> group =
                new PairGroup<>("t", 1, deadline, HashProfile.reliable("unused"), listener);
        List<QueuedPair<Integer, Long>> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(new QueuedPair<>(group, i, i, 10));
        }
        return pairs;
    }

    private static List<Object> endings(List<PairResult<Integer, Long>> results) {
        List<Object> endings = new ArrayList<>();
        results.stream()
                .sorted((a, b) -> Integer.compare(a.pair().index(), b.pair().index()))
                .forEach(
                        r ->
                                endings.add(
                                        r.kind() == PairResult.Kind.SCORED ? r.score() : r.kind()));
        return endings;
    }

    private static List<Object> scores(int count) {
        List<Object> scores = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            scores.add(HashProfile.scoreOf(i));
        }
        return scores;
    }

    @Test
    void halvesUntilItFits() {
        BatchRun<Integer, Long> run = run(HashProfile.small(3));
        assertThat(endings(run.run(pairs(20, Long.MAX_VALUE)))).isEqualTo(scores(20));
        assertThat(exceeded).startsWith(200, 100, 50);
        assertThat(retries).hasValue(0);
        assertThat(run.isClean()).isFalse();
    }

    @Test
    void theTimeOfTheBatchThatScoredThemIsSharedByTokens() {
        PairGroup<Integer, Long> group =
                new PairGroup<>("t", 1, Long.MAX_VALUE, HashProfile.reliable("unused"), listener);
        BatchRun<Integer, Long> run =
                run(
                        (device, pairs) -> {
                            now += 1000;
                            return HashProfile.small(2).score(device, pairs);
                        });
        List<PairResult<Integer, Long>> results =
                run.run(
                        List.of(
                                new QueuedPair<>(group, 0, 0, 10),
                                new QueuedPair<>(group, 1, 1, 50),
                                new QueuedPair<>(group, 2, 2, 150)));

        assertThat(results)
                .as("the attempt that did not fit is nobody's")
                .extracting(PairResult::deviceNanos)
                .containsExactly(1000L, 250L, 750L);
        assertThat(results)
                .as("nor has it begun with anybody")
                .extracting(PairResult::start)
                .doesNotContain(0L);
        results.forEach(PairResult::deliver);
        assertThat(listener.nanos()).isEqualTo(2000);
    }

    @Test
    void aPairThatDoesNotFitAloneIsUnscorable() {
        List<PairResult<Integer, Long>> results =
                run(HashProfile.small(0)).run(pairs(2, Long.MAX_VALUE));
        assertThat(endings(results))
                .containsExactly(PairResult.Kind.UNSCORABLE, PairResult.Kind.UNSCORABLE);
        assertThat(results.get(0).reason()).isEqualTo("out of memory with 1 pairs");
    }

    @Test
    void aFaultByChanceIsRetriedOnce() {
        AtomicInteger calls = new AtomicInteger();
        HashProfile reliable = HashProfile.reliable("r");
        BatchRun<Integer, Long> run =
                run(
                        (device, pairs) -> {
                            if (calls.getAndIncrement() == 0) {
                                throw new ScoringException("by chance");
                            }
                            return reliable.score(device, pairs);
                        });
        assertThat(endings(run.run(pairs(8, Long.MAX_VALUE)))).isEqualTo(scores(8));
        assertThat(calls).hasValue(2);
        assertThat(retries).hasValue(1);
        assertThat(splits).hasValue(0);
    }

    @Test
    void thePairToBlameFailsAlone() {
        List<PairResult<Integer, Long>> results =
                run(HashProfile.poisoned(13)).run(pairs(64, Long.MAX_VALUE));
        List<Object> expected = scores(64);
        expected.set(13, PairResult.Kind.UNSCORABLE);
        assertThat(endings(results)).isEqualTo(expected);
        assertThat(retries).hasValue(1);
        assertThat(splits).hasValue(6);
    }

    @Test
    void anUnexpectedExceptionAndAWrongCountAreFaultsOfTheBatch() {
        List<PairResult<Integer, Long>> results =
                run((device, pairs) -> List.of()).run(pairs(1, Long.MAX_VALUE));
        assertThat(results.get(0).reason())
                .isEqualTo("the model returned 0 scores for a batch of 1 pairs");
        results =
                run((device, pairs) -> {
                            throw new IllegalStateException();
                        })
                        .run(pairs(1, Long.MAX_VALUE));
        assertThat(results.get(0).reason()).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void pairsThatExpireDuringFaultsAreDropped() {
        BatchRun<Integer, Long> run =
                run(
                        (device, pairs) -> {
                            now = 100;
                            throw new ScoringException("slow and wrong");
                        });
        assertThat(endings(run.run(pairs(4, 50)))).containsOnly(PairResult.Kind.DROPPED).hasSize(4);
    }

    @Test
    void aBrokenDeviceGoesUp() {
        BrokenDeviceException broken = new BrokenDeviceException("gone", null);
        assertThatThrownBy(
                        () ->
                                run((device, pairs) -> {
                                            throw broken;
                                        })
                                        .run(pairs(4, Long.MAX_VALUE)))
                .isSameAs(broken);
    }
}
