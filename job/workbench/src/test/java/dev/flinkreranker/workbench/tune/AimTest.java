package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which of some cascades is taken. */
class AimTest {
    private static final int FULL = 0;

    private final Trials.Sums sums =
            new Trials.Sums(
                    10,
                    new double[] {7.0, 6.95, 7.2, 6.95, 5.0},
                    new double[] {1000, 300, 500, 300, 100});

    @Test
    void theCheapestThatLosesNoMoreThanIsTolerated() {
        assertThat(new Aim.Tolerate(0).pick(sums, FULL)).hasValue(2);
        assertThat(new Aim.Tolerate(0.005).pick(sums, FULL))
                .as("of equal ones the first")
                .hasValue(1);
        assertThat(new Aim.Tolerate(0.2).pick(sums, FULL)).hasValue(4);
    }

    @Test
    void theBestWithinTheBudget() {
        assertThat(new Aim.Budget(1).pick(sums, FULL)).hasValue(2);
        assertThat(new Aim.Budget(0.3).pick(sums, FULL)).hasValue(1);
        assertThat(new Aim.Budget(0.1).pick(sums, FULL)).hasValue(4);
        assertThat(new Aim.Budget(0.05).pick(sums, FULL)).isEmpty();
    }
}
