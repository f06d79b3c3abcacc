package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceMemoryTest {

    @Test
    void thatOfTheCpuIsWhatLinuxSays() {
        DeviceMemory memory = DeviceMemory.of("cpu:1");

        assertThat(memory.used().orElseThrow()).isGreaterThan(1 << 20);
        assertThat(memory.free().orElseThrow()).isPositive();
    }

    @Test
    void nobodyKnowsThatOfAGpuThatIsNotThere() {
        DeviceMemory memory = DeviceMemory.of("cuda:7");

        assertThat(memory.used()).isEmpty();
        assertThat(memory.free()).isEmpty();
    }
}
