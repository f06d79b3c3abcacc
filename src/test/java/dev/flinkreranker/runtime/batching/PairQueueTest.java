package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairQueueTest {

    private static final long MILLI = 1_000_000L;
    private static final HashProfile PROFILE = HashProfile.reliable("p");

    private final RecordingListener listener = new RecordingListener(1);

    private QueuedPair<Integer, Long> pair(String tenant, int length, long deadline) {
        return new QueuedPair<>(
                new PairGroup<>(tenant, 1, deadline, PROFILE, listener), 0, length, length);
    }

    private QueuedPair<Integer, Long> pair(int length) {
        return pair("t", length, Long.MAX_VALUE);
    }

    private static PairQueue<Integer, Long> queue(int maxTokens) {
        return new PairQueue<>(BatchSettings.ofTokens(maxTokens));
    }

    private static List<Integer> lengths(Batch<Integer, Long> batch) {
        return batch.pairs().stream().map(QueuedPair::length).toList();
    }

    @Test
    void takesAtOnceWhatIsThere() {
        PairQueue<Integer, Long> queue = queue(1000);
        assertThat(queue.next(0)).isNull();
        queue.add(pair(10), 0);
        Batch<Integer, Long> batch = queue.next(0);
        assertThat(lengths(batch)).containsExactly(10);
        assertThat(batch.closing()).isEqualTo(ClosingReason.DRAINED);
        assertThat(queue.pairs()).isZero();
        assertThat(queue.tokens()).isZero();
    }

    @Test
    void closesByTokensAndByPairs() {
        PairQueue<Integer, Long> queue = queue(100);
        for (int i = 0; i < 3; i++) {
            queue.add(pair(40), 0);
        }
        Batch<Integer, Long> byTokens = queue.next(0);
        assertThat(byTokens.tokens()).isEqualTo(80);
        assertThat(byTokens.closing()).isEqualTo(ClosingReason.TOKENS);

        PairQueue<Integer, Long> few = new PairQueue<>(BatchSettings.ofTokens(100).withMaxPairs(2));
        for (int i = 0; i < 3; i++) {
            few.add(pair(1), 0);
        }
        Batch<Integer, Long> byPairs = few.next(0);
        assertThat(byPairs.pairs()).hasSize(2);
        assertThat(byPairs.closing()).isEqualTo(ClosingReason.PAIRS);
        assertThat(few.next(0).pairs()).hasSize(1);
    }

    @Test
    void aBatchIsNoLargerThanFitsOnTheDevice() {
        ScoringProfile<Integer, Long> large =
                new ScoringProfile<>() {
                    @Override
                    public List<Long> score(int device, List<Integer> pairs) {
                        return List.of();
                    }

                    @Override
                    public int fittingTokens() {
                        return 90;
                    }
                };
        PairQueue<Integer, Long> queue = queue(1000);
        PairGroup<Integer, Long> group = new PairGroup<>("t", 1, Long.MAX_VALUE, large, listener);
        for (int i = 0; i < 3; i++) {
            queue.add(new QueuedPair<>(group, i, i, 40), 0);
        }
        assertThat(queue.hasFullBatch()).isTrue();
        assertThat(queue.next(0).tokens()).isEqualTo(80);
    }

    @Test
    void aPairLongerThanTheBudgetRunsAlone() {
        PairQueue<Integer, Long> queue = queue(100);
        queue.add(pair(500), 0);
        queue.add(pair(5), 0);
        List<List<Integer>> batches = new ArrayList<>();
        batches.add(lengths(queue.next(0)));
        batches.add(lengths(queue.next(0)));
        assertThat(batches).containsExactlyInAnyOrder(List.of(500), List.of(5));
    }

    @Test
    void neverMixesProfiles() {
        PairQueue<Integer, Long> queue = queue(1000);
        for (int i = 0; i < 6; i++) {
            PairGroup<Integer, Long> group =
                    new PairGroup<>(
                            "t",
                            1,
                            Long.MAX_VALUE,
                            HashProfile.reliable(i % 2 == 0 ? "even" : "odd"),
                            listener);
            queue.add(new QueuedPair<>(group, 0, i, 10), 0);
        }
        for (int b = 0; b < 2; b++) {
            Batch<Integer, Long> batch = queue.next(0);
            assertThat(batch.pairs())
                    .hasSize(3)
                    .allMatch(p -> p.group().profile().equals(batch.profile()));
        }
    }

    @Test
    void noLengthStarvesHoweverRare() {
        Simulation simulation =
                new Simulation(
                        BatchSettings.ofTokens(1000).withMaxAge(Duration.ofMillis(200)),
                        0,
                        1e-5,
                        0);
        // Short pairs keep the device more than busy; one long pair arrives early.
        for (int i = 0; i < 20_000; i++) {
            simulation.arrive(i * MILLI / 10, pair(16));
        }
        QueuedPair<Integer, Long> rare = pair(900);
        simulation.arrive(50 * MILLI, rare);
        simulation.run(Long.MAX_VALUE);
        long start =
                simulation.ran().stream()
                        .filter(r -> r.batch().pairs().contains(rare))
                        .findFirst()
                        .orElseThrow()
                        .start();
        assertThat(start - rare.arrival()).isLessThan(250 * MILLI);
    }

    @Test
    void undatedPairsDoNotStarveBehindDeadlines() {
        Simulation simulation =
                new Simulation(
                        BatchSettings.ofTokens(160).withMaxAge(Duration.ofMillis(100)), 0, 1e-4, 0);
        QueuedPair<Integer, Long> undated = pair("t", 16, Long.MAX_VALUE);
        simulation.arrive(0, undated);
        for (int i = 0; i < 5000; i++) {
            long time = i * MILLI;
            simulation.arrive(time, pair("t", 16, time + 50 * MILLI));
        }
        simulation.run(Long.MAX_VALUE);
        assertThat(simulation.waits("t")).isNotEmpty();
        assertThat(simulation.ran())
                .filteredOn(r -> r.batch().pairs().contains(undated))
                .singleElement()
                .satisfies(r -> assertThat(r.start()).isLessThan(150 * MILLI));
    }

    @Test
    void theEarliestDeadlineGoesFirst() {
        PairQueue<Integer, Long> queue = queue(10);
        queue.add(pair("t", 10, 900 * MILLI), 0);
        queue.add(pair("t", 10, 300 * MILLI), 0);
        queue.add(pair("t", 10, 600 * MILLI), 0);
        List<Long> deadlines = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            deadlines.add(queue.next(0).pairs().get(0).group().deadline());
        }
        assertThat(deadlines).isSorted();
    }

    @Test
    void expiredAndUnwantedPairsAreDroppedNotScored() {
        PairQueue<Integer, Long> queue = queue(1000);
        QueuedPair<Integer, Long> expired = pair("t", 10, 5);
        RecordingListener cancelled = new RecordingListener(1);
        QueuedPair<Integer, Long> unwanted =
                new QueuedPair<>(
                        new PairGroup<>("t", 1, Long.MAX_VALUE, PROFILE, cancelled), 0, 0, 11);
        QueuedPair<Integer, Long> wanted = pair("t", 12, 100);
        queue.add(expired, 0);
        queue.add(unwanted, 0);
        queue.add(wanted, 0);
        cancelled.cancel();
        assertThat(queue.next(50).pairs()).containsExactly(wanted);
        assertThat(queue.next(50)).isNull();
        assertThat(queue.takeDropped()).containsExactlyInAnyOrder(expired, unwanted);
        assertThat(queue.takeDropped()).isEmpty();
        assertThat(queue.pairs()).isZero();
        assertThat(queue.tokens()).isZero();
    }

    @Test
    void closesABatchThatWouldMissADeadlineOrTakeTooLong() {
        PairQueue<Integer, Long> queue =
                new PairQueue<>(
                        BatchSettings.ofTokens(10_000).withMaxBatchTime(Duration.ofMillis(50)));
        // Teaches a cost of 1 ms per 10 tokens.
        for (int i = 1; i <= 10; i++) {
            queue.add(pair(10 * i), 0);
            Batch<Integer, Long> batch = queue.next(0);
            queue.ran(0, batch, batch.tokens() * 1e-4, 0);
        }
        for (int i = 0; i < 100; i++) {
            queue.add(pair(10), 0);
        }
        Batch<Integer, Long> tooLong = queue.next(0);
        assertThat(tooLong.closing()).isEqualTo(ClosingReason.TIME);
        assertThat(tooLong.pairs()).hasSizeBetween(48, 51);

        queue.add(pair("t", 10, 20 * MILLI), 0);
        Batch<Integer, Long> dated = queue.next(0);
        assertThat(dated.closing()).isEqualTo(ClosingReason.DEADLINE);
        assertThat(dated.pairs()).hasSizeBetween(18, 21);
    }

    @Test
    void keepsBatchesSmallUntilTheirCostIsKnown() {
        PairQueue<Integer, Long> queue = queue(10_000);
        for (int i = 0; i < 1000; i++) {
            queue.add(pair(100), 0);
        }
        for (int i = 0; i < 4; i++) {
            Batch<Integer, Long> probe = queue.next(0);
            assertThat(probe.tokens()).isEqualTo(1000);
            assertThat(probe.closing()).isEqualTo(ClosingReason.TIME);
            queue.ran(0, probe, 0.001, 0);
        }
        assertThat(queue.next(0).tokens()).isEqualTo(10_000);
    }

    @Test
    void aDeadlineThatCannotBeMetDoesNotKeepTheBatchSmall() {
        PairQueue<Integer, Long> queue = queue(1000);
        for (int i = 1; i <= 10; i++) {
            queue.add(pair(10 * i), 0);
            Batch<Integer, Long> batch = queue.next(0);
            queue.ran(0, batch, batch.tokens() * 1e-3, 0);
        }
        queue.add(pair("t", 10, MILLI), 0);
        for (int i = 0; i < 9; i++) {
            queue.add(pair(10), 0);
        }
        assertThat(queue.next(0).pairs()).hasSize(10);
    }

    @Test
    void runningOutOfMemoryLowersTheBudgetAndItRecoversSlowly() {
        PairQueue<Integer, Long> queue = queue(1000);
        for (int i = 0; i < 5000; i++) {
            queue.add(pair(10), 0);
        }
        Batch<Integer, Long> batch = queue.next(0);
        assertThat(batch.tokens()).isEqualTo(1000);
        queue.outOfMemory(PROFILE, batch.tokens());
        batch = queue.next(0);
        assertThat(batch.tokens()).isEqualTo(500);
        int batches = 0;
        while (batch != null && batch.budget() < 1000) {
            queue.ran(0, batch, 0.01, 0);
            queue.add(pair(10), 0);
            for (int i = 0; i < batch.pairs().size(); i++) {
                queue.add(pair(10), 0);
            }
            batch = queue.next(0);
            batches++;
        }
        assertThat(batches).isBetween(5 * TokenBudget.RECOVERY_BATCHES, 200);
    }

    /** It pays for what is made once, and would be believed for a hundred batches. */
    @Test
    void theFirstBatchOfAProfileTeachesNothingOfItsCost() {
        PairQueue<Integer, Long> queue = queue(1000);
        for (int i = 0; i < 8; i++) {
            queue.add(pair(100), 0);
            queue.ran(0, queue.next(0), i == 0 ? 5 : 0.01, 0);
            queue.add(pair(100), 0);
        }
        assertThat(queue.cost(PROFILE).perBatch() + 100 * queue.cost(PROFILE).perToken())
                .isLessThan(0.02);
    }

    @Test
    void forgetsTenantsThatAreGone() {
        PairQueue<Integer, Long> queue = queue(1000);
        for (int i = 0; i < 100_000; i++) {
            queue.add(pair("tenant-" + i, 100, Long.MAX_VALUE), 0);
            if (i % 10 == 9) {
                queue.next(0);
            }
        }
        assertThat(queue.accounts()).isLessThan(10_000);
    }

    @Test
    void losesAndDoublesNothingUnderRandomUse() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            PairQueue<Integer, Long> queue = queue(200);
            List<QueuedPair<Integer, Long>> in = new ArrayList<>();
            List<QueuedPair<Integer, Long>> out = new ArrayList<>();
            for (long now = 0; now < 3000; now++) {
                if (random.nextInt(3) > 0) {
                    long deadline = random.nextBoolean() ? Long.MAX_VALUE : now + 200;
                    PairGroup<Integer, Long> group =
                            new PairGroup<>(
                                    "t" + random.nextInt(6),
                                    Math.exp(random.nextGaussian()),
                                    deadline,
                                    HashProfile.reliable("p" + random.nextInt(3)),
                                    listener);
                    QueuedPair<Integer, Long> pair =
                            new QueuedPair<>(group, 0, 0, 1 + random.nextInt(150));
                    in.add(pair);
                    queue.add(pair, now);
                } else {
                    drain(queue, now, out);
                }
            }
            while (queue.pairs() > 0) {
                drain(queue, 3000, out);
            }
            assertThat(out)
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(in);
            assertThat(queue.tokens()).isZero();
        }
    }

    private static void drain(
            PairQueue<Integer, Long> queue, long now, List<QueuedPair<Integer, Long>> out) {
        Batch<Integer, Long> batch = queue.next(now);
        if (batch != null) {
            assertThat(batch.pairs()).isNotEmpty();
            assertThat(batch.pairs().size() == 1 || batch.tokens() <= 200).isTrue();
            out.addAll(batch.pairs());
        }
        out.addAll(queue.takeDropped());
    }

    @Test
    void pairsOfARequestThatGoesOnLeadWhateverFillsABatchBetter() {
        PairQueue<Integer, Long> queue = queue(100);
        for (int i = 0; i < 20; i++) {
            queue.add(pair(20), 6 * MILLI);
        }
        PairGroup<Integer, Long> before =
                new PairGroup<>("t", 1, Long.MAX_VALUE, PROFILE, listener, 5 * MILLI);
        queue.add(new QueuedPair<>(before, 0, 90, 90), 7 * MILLI);

        assertThat(lengths(queue.next(8 * MILLI))).startsWith(90);
        assertThat(lengths(queue.next(8 * MILLI))).startsWith(20);
    }

    @Test
    void aPressingDeadlineGoesBeforeARequestThatGoesOn() {
        PairQueue<Integer, Long> queue = queue(10);
        PairGroup<Integer, Long> before =
                new PairGroup<>("t", 1, Long.MAX_VALUE, PROFILE, listener, 5 * MILLI);
        queue.add(new QueuedPair<>(before, 0, 8, 8), 7 * MILLI);
        queue.add(pair("t", 9, 20 * MILLI), 7 * MILLI);

        assertThat(lengths(queue.next(8 * MILLI))).containsExactly(9);
    }
}
