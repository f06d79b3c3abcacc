package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LengthClassTest {

    @Test
    void lengthsOfAClassAreWithinAFactorOfOneAndAHalf() {
        int shortest = 1;
        for (int length = 2; length < 100_000; length++) {
            int step = LengthClass.of(length) - LengthClass.of(length - 1);
            assertThat(step).isNotNegative();
            if (step > 0) {
                shortest = length;
            }
            assertThat(length).isLessThan((int) Math.ceil(1.5 * shortest) + 1);
        }
    }

    @Test
    void everyLengthHasAClass() {
        assertThat(LengthClass.of(1)).isZero();
        assertThat(LengthClass.of(Integer.MAX_VALUE)).isEqualTo(LengthClass.COUNT - 1);
    }
}
