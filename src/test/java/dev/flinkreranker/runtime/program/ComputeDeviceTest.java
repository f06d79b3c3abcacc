package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {

    @ParameterizedTest
    @CsvSource({"cpu, cpu", "cuda, cuda:0", "cuda:3, cuda:3"})
    void knowsItsNames(String name, String device) {
        assertThat(ComputeDevice.named(name)).hasToString(device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:99999", "CPU"})
    void refusesOthers(String name) {
        assertThatThrownBy(() -> ComputeDevice.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device \"" + name + "\" is not known; use cpu, cuda or cuda:N");
    }

    @Test
    void gpusComputeInBfloat16() {
        assertThat(ComputeDevice.named("cuda").fastType().name()).isEqualTo("BF16");
    }
}
