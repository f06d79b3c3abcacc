package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CostModelTest {

    private static final double PER_BATCH = 0.002;
    private static final double PER_TOKEN = 2e-6;
    private static final double PER_SQUARE = 3e-9;

    private static double truth(double tokens, double squares) {
        return PER_BATCH + PER_TOKEN * tokens + PER_SQUARE * squares;
    }

    @Test
    void learnsTheCostOfADeviceFromNoisyTimes() {
        Random random = new Random(1);
        CostModel model = new CostModel();
        for (int i = 0; i < 500; i++) {
            int length = 16 + random.nextInt(500);
            int pairs = 1 + random.nextInt(60);
            double squares = (double) pairs * length * length;
            double noise = 1 + 0.05 * random.nextGaussian();
            model.observe((long) pairs * length, squares, noise * truth(pairs * length, squares));
        }
        for (int length : new int[] {32, 128, 512}) {
            double expected = truth(16 * length, 16.0 * length * length);
            assertThat(model.predict(16L * length, 16.0 * length * length))
                    .isCloseTo(expected, within(0.1 * expected));
        }
        assertThat(model.cost().perToken()).isCloseTo(PER_TOKEN, within(0.5e-6));
        assertThat(model.cost().observations()).isEqualTo(500);
    }

    @Test
    void followsADeviceThatBecomesSlower() {
        CostModel model = new CostModel();
        for (int i = 0; i < 400; i++) {
            double factor = i < 200 ? 1 : 20;
            long tokens = 100 + 37L * (i % 11);
            model.observe(tokens, tokens * 50.0, factor * tokens * 1e-5);
        }
        assertThat(model.predict(300, 15_000)).isCloseTo(0.06, within(0.006));
    }

    @Test
    void neverPredictsLessForMore() {
        Random random = new Random(2);
        CostModel model = new CostModel();
        for (int i = 0; i < 1000; i++) {
            long tokens = 1 + random.nextInt(5000);
            model.observe(tokens, tokens * (1.0 + random.nextInt(512)), random.nextDouble());
            BatchCost cost = model.cost();
            assertThat(cost.perBatch()).isNotNegative().isFinite();
            assertThat(cost.perToken()).isNotNegative().isFinite();
            assertThat(cost.perSquare()).isNotNegative().isFinite();
        }
    }

    @Test
    void equalBatchesAreEnoughToPredictTheirOwnKind() {
        CostModel model = new CostModel();
        assertThat(model.isTrusted()).isFalse();
        for (int i = 0; i < 20; i++) {
            model.observe(512, 512 * 512, 0.25);
        }
        assertThat(model.isTrusted()).isTrue();
        assertThat(model.predict(512, 512 * 512)).isCloseTo(0.25, within(0.001));
    }

    @Test
    void nonsenseTeachesNothing() {
        CostModel model = new CostModel();
        model.observe(100, 100, 0);
        model.observe(100, 100, -1);
        model.observe(100, 100, Double.NaN);
        model.observe(100, 100, Double.POSITIVE_INFINITY);
        model.observe(0, 0, 1);
        assertThat(model.cost().observations()).isZero();
        for (int i = 0; i < 50; i++) {
            model.observe(100 + i, 1e4, 0.01);
        }
        double before = model.predict(120, 1e4);
        model.observe(120, 1e4, 3600);
        assertThat(model.predict(120, 1e4)).isLessThan(2 * before);
    }
}
