package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1e-7, 1e7, Double.NaN, Double.POSITIVE_INFINITY})
    void aWeightOutOfRangeIsRefused(double weight) {
        assertThatThrownBy(() -> new Admission(weight, 1, Admission.OnOverload.WAIT, false))
                .hasMessage("weight must be 1e-6 to 1e6, but is " + weight);
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatThrownBy(() -> new Admission(1, 0, Admission.OnOverload.WAIT, false))
                .hasMessage("maxInFlightPairs must be at least 1, but is 0");
    }
}
