package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictions on a simulated device of 100,000 tokens per second. */
class SecondsUntilTest {

    private static final double TOKENS_PER_SECOND = 100_000;
    private static final long SECOND = 1_000_000_000L;
    private static final BatchSettings SETTINGS =
            BatchSettings.ofTokens(4096).withMaxAge(Duration.ofSeconds(1));
    private static final HashProfile PROFILE = HashProfile.reliable("p");

    /** A queue that knows its device. */
    private static PairQueue<Integer, Long> trained() {
        Simulation simulation = new Simulation(SETTINGS, 0, 1 / TOKENS_PER_SECOND, 0);
        for (int i = 0; i < 100; i++) {
            add(simulation, "warm", 1, 0, 10, 100);
        }
        return simulation.run(60 * SECOND).queue();
    }

    private static void add(
            Simulation simulation, String tenant, double weight, long time, int pairs, int length) {
        PairGroup<Integer, Long> group = group(tenant, weight, pairs);
        for (int i = 0; i < pairs; i++) {
            simulation.arrive(time, new QueuedPair<>(group, i, i, length));
        }
    }

    private static PairGroup<Integer, Long> group(String tenant, double weight, int pairs) {
        return new PairGroup<>(
                tenant, weight, Long.MAX_VALUE, PROFILE, new RecordingListener(pairs));
    }

    private static void add(PairQueue<Integer, Long> queue, String tenant, double weight, int n) {
        PairGroup<Integer, Long> group = group(tenant, weight, n);
        for (int i = 0; i < n; i++) {
            queue.add(new QueuedPair<>(group, i, i, 100), 0);
        }
    }

    private static List<Demand<Integer, Long>> demand(int pairs) {
        return List.of(new Demand<>(PROFILE, pairs, 100L * pairs));
    }

    private static double until(PairQueue<Integer, Long> queue, String tenant, int pairs) {
        return queue.secondsUntil(tenant, 1, demand(pairs), 0, 0).orElseThrow();
    }

    @Test
    void nothingIsPredictedBeforeCostsAreKnown() {
        PairQueue<Integer, Long> queue = new PairQueue<>(SETTINGS);
        add(queue, "t", 1, 10);

        assertThat(queue.secondsUntil("t", 1, demand(1), 0, 0)).isEmpty();
        assertThat(
                        trained()
                                .secondsUntil(
                                        "t",
                                        1,
                                        List.of(new Demand<>(HashProfile.reliable("new"), 1, 1)),
                                        0,
                                        0))
                .isEmpty();
    }

    @Test
    void anIdleDeviceDoesTheWorkAlone() {
        assertThat(until(trained(), "t", 50)).isCloseTo(0.05, within(1e-3));
    }

    @Test
    void aTenantsOwnWorkGoesFirst() {
        PairQueue<Integer, Long> queue = trained();
        add(queue, "t", 1, 1000);

        assertThat(until(queue, "t", 50)).isCloseTo(1.05, within(1e-2));
    }

    @Test
    void anotherTenantGetsAsMuchMeanwhileByItsWeight() {
        PairQueue<Integer, Long> queue = trained();
        add(queue, "t", 1, 1000);
        add(queue, "even", 1, 5000);
        assertThat(until(queue, "t", 50)).isCloseTo(2.1, within(0.02));

        add(queue, "heavy", 3, 5000);
        // The heavier one is behind by its credit no more than the others.
        assertThat(until(queue, "t", 50)).isCloseTo(5.25, within(0.5));

        add(queue, "small", 1, 100);
        assertThat(until(queue, "t", 50)).isCloseTo(5.35, within(0.5));
    }

    @Test
    void whoeverHasHadLittleHardlyWaitsForAFlood() {
        PairQueue<Integer, Long> queue = trained();
        add(queue, "flood", 1, 50_000);
        for (int i = 0; i < 20; i++) {
            queue.ran(0, queue.next(0), 0.04096, 0);
        }

        assertThat(until(queue, "t", 50)).isCloseTo(0.05, within(0.01));
        assertThat(until(queue, "flood", 50)).isGreaterThan(40);
    }

    @Test
    void workThatIsAnnouncedCountsUntilItHasCome() {
        PairQueue<Integer, Long> queue = trained();
        Coming coming = queue.expect("t", 1, demand(1000).get(0));
        assertThat(until(queue, "t", 50)).isCloseTo(1.05, within(1e-2));

        coming.came(0);
        coming.came(0);
        assertThat(until(queue, "t", 50)).isCloseTo(0.05, within(1e-3));
    }

    @Test
    void aTenantsTextsTurnOutLongerThanTheyLooked() {
        PairQueue<Integer, Long> queue = trained();
        queue.expect("t", 1, demand(10).get(0)).came(3000);

        assertThat(until(queue, "t", 50)).isCloseTo(0.15, within(1e-2));
        assertThat(until(queue, "other", 50)).isCloseTo(0.05, within(1e-3));
    }

    @Test
    void costsOfLongAgoAreFoundOutAgainWhileNothingElseWaits() {
        PairQueue<Integer, Long> queue = trained();
        long later = 2 * PairQueue.LONG_AGO_NANOS;
        assertThat(queue.secondsUntil("t", 1, demand(1), later, 0)).isEmpty();

        add(queue, "other", 1, 1);
        assertThat(queue.secondsUntil("t", 1, demand(1), later, 0)).isPresent();
        assertThat(queue.secondsUntil("t", 1, List.of(), later, 0))
                .isEqualTo(OptionalDouble.of(0.0));
    }

    @Test
    void severalDevicesShareWhatWaitsButNoBatch() {
        PairQueue<Integer, Long> queue = trained();
        List<Demand<Integer, Long>> small = demand(20);
        assertThat(queue.secondsUntil("t", 1, small, 0, 0, 0).orElseThrow())
                .isCloseTo(0.02, within(1e-3));
        // One of them is free at once, and both before two seconds of work are done.
        assertThat(queue.secondsUntil("t", 1, small, 0, 3, 0).orElseThrow())
                .isCloseTo(0.02, within(0.02));
        assertThat(queue.secondsUntil("t", 1, small, 0, 3, 1).orElseThrow())
                .isCloseTo(1.02, within(0.02));
        add(queue, "t", 1, 4000);
        assertThat(queue.secondsUntil("t", 1, small, 0, 0, 0).orElseThrow())
                .isCloseTo(2.02, within(0.02));
        assertThat(queue.secondsUntil("t", 1, small, 0, 1, 0).orElseThrow())
                .isCloseTo(2.52, within(0.02));
        assertThat(queue.secondsUntil("t", 1, small, 0, 9, 0).orElseThrow())
                .isCloseTo(4.02, within(0.02));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatIsPredictedUnderChangingLoadIsWhatComes(int devices) {
        Simulation simulation =
                new Simulation(devices, SETTINGS, 0.002, 1 / TOKENS_PER_SECOND, 1e-9);
        Random random = new Random(11);
        // Bursts of its own, beside two others that keep half of the device busy.
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 8 * devices; i++) {
                long time = second * SECOND + random.nextInt(1_000_000_000);
                add(simulation, "steady" + i % 2, 1, time, 20, 50 + random.nextInt(400));
            }
            int burst = random.nextInt(4) == 0 ? 25 * devices : 3 * devices;
            for (int i = 0; i < burst; i++) {
                long time = second * SECOND + random.nextInt(200_000_000);
                add(simulation, "bursts", 1, time, 20, 50 + random.nextInt(400));
            }
        }
        List<Simulation.Forecast> forecasts =
                simulation.run(90 * SECOND).forecasts("bursts").stream()
                        .filter(forecast -> forecast.at() > 3 * SECOND)
                        .toList();
        double[] ratios =
                forecasts.stream().mapToDouble(f -> f.seconds() / f.seen()).sorted().toArray();

        assertThat(ratios.length).isGreaterThan(400);
        assertThat(ratios[ratios.length / 4]).isGreaterThan(0.7);
        assertThat(ratios[ratios.length / 2]).isBetween(0.85, 1.15);
        assertThat(ratios[ratios.length * 3 / 4]).isLessThan(1.3);
    }

    @Test
    void anotherTenantThatGoesOnAsOfLateCountsBeforeItsWorkHasCome() {
        Simulation simulation = new Simulation(SETTINGS, 0, 1 / TOKENS_PER_SECOND, 0);
        for (int i = 0; i < 400; i++) {
            // Half of the device, each part of it done before the next comes.
            add(simulation, "steady", 1, i * SECOND / 20, 25, 100);
        }
        PairQueue<Integer, Long> queue = simulation.run(60 * SECOND).queue();
        add(queue, "t", 1, 1000);

        double seconds = queue.secondsUntil("t", 1, demand(1), 20 * SECOND, 0).orElseThrow();
        assertThat(seconds).isCloseTo(2, within(0.25));
    }
}
