package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Fairness between tenants on a simulated device of 100,000 tokens per second. */
class FairnessTest {

    private static final double TOKENS_PER_SECOND = 100_000;
    private static final long SECOND = 1_000_000_000L;
    private static final int TENANTS = 20;
    private static final BatchSettings SETTINGS =
            BatchSettings.ofTokens(4096).withMaxAge(Duration.ofSeconds(1));

    /** Seconds that the tokens of a full batch take, since few batches are quite full. */
    private static final double BATCH = 1.1 * SETTINGS.maxTokens() / TOKENS_PER_SECOND;

    private static final HashProfile PROFILE = HashProfile.reliable("p");

    private static Simulation simulation() {
        return new Simulation(SETTINGS, 0.001, 1 / TOKENS_PER_SECOND, 0);
    }

    private static void request(
            Simulation simulation, String tenant, double weight, long time, int pairs, Random r) {
        PairGroup<Integer, Long> group =
                new PairGroup<>(
                        tenant, weight, Long.MAX_VALUE, PROFILE, new RecordingListener(pairs));
        for (int i = 0; i < pairs; i++) {
            simulation.arrive(time, new QueuedPair<>(group, i, i, 20 + r.nextInt(300)));
        }
    }

    /** Requests of 20 pairs at random times, so that the load is that part of the device. */
    private static void load(
            Simulation simulation, String tenant, double load, double seconds, Random random) {
        double requestTokens = 20 * 170;
        double rate = load * TOKENS_PER_SECOND / requestTokens;
        double time = -Math.log(1 - random.nextDouble()) / rate;
        while (time < seconds) {
            request(simulation, tenant, 1, (long) (time * SECOND), 20, random);
            time += -Math.log(1 - random.nextDouble()) / rate;
        }
    }

    /** Waits of 19 tenants at 70 % of their shares, beside one at that many times its share. */
    private static List<Long> quietWaits(double noise, boolean oneTenantForAll) {
        Simulation simulation = simulation();
        Random random = new Random(5);
        double share = 1.0 / TENANTS;
        for (int t = 1; t < TENANTS; t++) {
            load(simulation, oneTenantForAll ? "quiet" : "quiet" + t, 0.7 * share, 20, random);
        }
        if (noise > 0) {
            load(simulation, oneTenantForAll ? "quiet" : "noisy", noise * share, 20, random);
        }
        return simulation.run(20 * SECOND).waits("quiet");
    }

    @Test
    void aTenantAtAHundredTimesItsShareHardlyDelaysTheOthers() {
        long calm = Simulation.p99(quietWaits(0, false));
        long noisy = Simulation.p99(quietWaits(100, false));
        long firstComeFirstServed = Simulation.p99(quietWaits(100, true));
        assertThat(noisy).isLessThan((long) (1.5 * calm));
        assertThat(firstComeFirstServed).isGreaterThan(10 * noisy);
    }

    @Test
    void backloggedTenantsGetTokensByWeight() {
        Simulation simulation = simulation();
        Random random = new Random(6);
        for (int i = 0; i < 300; i++) {
            request(simulation, "one", 1, 0, 20, random);
            request(simulation, "three", 3, 0, 20, random);
        }
        simulation.run(5 * SECOND);
        assertThat((double) simulation.tokens("three") / simulation.tokens("one"))
                .isBetween(2.9, 3.1);
    }

    @Test
    void lengthsAndProfilesDoNotChangeShares() {
        Simulation simulation = simulation();
        RecordingListener listener = new RecordingListener(1);
        HashProfile other = HashProfile.reliable("other");
        for (int i = 0; i < 20_000; i++) {
            simulation.arrive(0, pair("short", PROFILE, 16, listener));
            simulation.arrive(0, pair("long", PROFILE, 500, listener));
            simulation.arrive(0, pair("both", i % 2 == 0 ? PROFILE : other, 100, listener));
            simulation.arrive(0, pair("other", other, 300, listener));
        }
        simulation.run(4 * SECOND);
        long fair = simulation.ran().stream().mapToLong(r -> r.batch().tokens()).sum() / 4;
        for (String tenant : List.of("short", "long", "both", "other")) {
            assertThat(simulation.tokens(tenant) / (double) fair).as(tenant).isBetween(0.93, 1.07);
        }
    }

    @Test
    void aTenantOfALargeModelGetsNoMoreOfTheDeviceThanOneOfASmallModel() {
        HashProfile large = HashProfile.reliable("large");
        Simulation simulation = simulation().slow(large, 200);
        RecordingListener listener = new RecordingListener(1);
        for (int i = 0; i < 100_000; i++) {
            simulation.arrive(0, pair("small", PROFILE, 200, listener));
        }
        for (int i = 0; i < 2_000; i++) {
            simulation.arrive(0, pair("large", large, 200, listener));
        }
        // Long enough that the batches from which costs are learned do not count.
        simulation.run(300 * SECOND);
        assertThat(simulation.seconds("large") / simulation.seconds("small")).isBetween(0.8, 1.25);
    }

    @Test
    void beingIdleEarnsLittle() {
        Simulation simulation = simulation();
        RecordingListener listener = new RecordingListener(1);
        for (int i = 0; i < 20_000; i++) {
            simulation.arrive(0, pair("steady", PROFILE, 100, listener));
            simulation.arrive(5 * SECOND, pair("late", PROFILE, 100, listener));
        }
        simulation.run(7 * SECOND);
        assertThat(simulation.tokens("late") / (TOKENS_PER_SECOND * 2)).isBetween(0.5, 0.6);
    }

    @Test
    void severalDevicesDoAsManyTimesTheWorkInTheSameFairOrder() {
        Simulation one = backlog(1);
        Simulation three = backlog(3);

        assertThat(three.tokens("") / (double) one.tokens("")).isBetween(2.97, 3.03);
        assertThat((double) three.tokens("heavy") / three.tokens("light")).isBetween(2.9, 3.1);
        for (int device = 0; device < 3; device++) {
            int number = device;
            assertThat(three.ran().stream().filter(ran -> ran.device() == number).count())
                    .isBetween(three.ran().size() / 3 - 2L, three.ran().size() / 3 + 2L);
        }
    }

    /** Five seconds of devices that two tenants flood. */
    private static Simulation backlog(int devices) {
        Simulation simulation = new Simulation(devices, SETTINGS, 0.001, 1 / TOKENS_PER_SECOND, 0);
        Random random = new Random(6);
        for (int i = 0; i < 900; i++) {
            request(simulation, "light", 1, 0, 20, random);
            request(simulation, "heavy", 3, 0, 20, random);
        }
        return simulation.run(5 * SECOND);
    }

    @Test
    void aSecondDeviceTakesFromTheQueueWhatOneCannotDo() {
        // One and a half times what a device does.
        Simulation simulation = new Simulation(2, SETTINGS, 0.001, 1 / TOKENS_PER_SECOND, 0);
        Random random = new Random(8);
        load(simulation, "busy", 1.5, 30, random);
        simulation.run(40 * SECOND);

        // Waits as of a queue that is three quarters full, and not one that grows.
        assertThat(Simulation.p99(simulation.waits("busy"))).isLessThan(SECOND / 2);
    }

    /** So places of a full window are free soon, however many tenants take turns. */
    @Test
    void largeRequestsEndOneAfterTheOther() {
        Simulation simulation = simulation();
        for (int t = 0; t < 8; t++) {
            for (int i = 0; i < 3; i++) {
                large(simulation, "t" + t, 0, 4);
            }
        }
        List<Double> ends = simulation.run(60 * SECOND).ends("t");

        assertThat(ends).hasSize(24);
        for (int i = 0; i < ends.size(); i++) {
            assertThat(ends.get(i)).as("request %d", i).isLessThan(((i + 1) * 4 + 1) * BATCH);
        }
    }

    @Test
    void noRequestEndsLaterThanIfAllTenantsWereServedAtOnce() {
        Simulation simulation = simulation();
        large(simulation, "large", 0, 20);
        for (int i = 0; i < 400; i++) {
            large(simulation, "small" + i % 4, 0, 1);
        }
        simulation.run(60 * SECOND);

        assertThat(simulation.ends("large").get(0)).isLessThan((5 * 20 + 1) * BATCH);
        // All but those of the round in which the large one ends.
        assertThat(simulation.ends("small").get(4 * 18)).isLessThan((4 * 19 + 1) * BATCH);
    }

    @Test
    void whoeverComesWhileALargeRequestIsServedDoesNotWaitForItsEnd() {
        Simulation simulation = simulation();
        large(simulation, "large", 0, 50);
        large(simulation, "late", SECOND / 2, 1);
        large(simulation, "late", SECOND, 1);
        List<Double> ends = simulation.run(60 * SECOND).ends("late");

        assertThat(ends.get(0)).isLessThan(0.5 + 3 * BATCH);
        assertThat(ends.get(1)).isLessThan(1 + 3 * BATCH);
    }

    /** It is taken to have come when those began that are being served, and no earlier. */
    @Test
    void aFloodThatComesWhileLargeRequestsAreServedGetsNoMoreThanIfItHadComeWithThem() {
        Simulation simulation = simulation();
        for (int t = 0; t < 3; t++) {
            large(simulation, "large" + t, 0, 20);
        }
        for (int i = 0; i < 400; i++) {
            large(simulation, "late", SECOND, 1);
        }
        List<Double> ends = simulation.run(60 * SECOND).ends("large");

        // Four tenants have had 20 batches each, and the late one its credit of four rounds.
        assertThat(ends.get(2)).isLessThan((4 * 20 + 4 + 1) * BATCH);
    }

    /** A request of pairs of all lengths that fills that many batches. */
    private static void large(Simulation simulation, String tenant, long time, int batches) {
        RecordingListener listener = new RecordingListener(1);
        PairGroup<Integer, Long> group =
                new PairGroup<>(tenant, 1, Long.MAX_VALUE, PROFILE, listener);
        for (int i = 0; i < 16 * batches; i++) {
            simulation.arrive(time, new QueuedPair<>(group, i, i, 106 + (i * 97) % 301));
        }
    }

    private static QueuedPair<Integer, Long> pair(
            String tenant, HashProfile profile, int length, RecordingListener listener) {
        return new QueuedPair<>(
                new PairGroup<>(tenant, 1, Long.MAX_VALUE, profile, listener), 0, 0, length);
    }
}
