package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.StoredType;
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
    @ValueSource(
            strings = {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:99999", "cuda:00", "CPU"})
    void refusesOthers(String name) {
        assertThatThrownBy(() -> ComputeDevice.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device \"" + name + "\" is not known; use cpu, cuda, cpu:N or cuda:N");
    }

    @Test
    void aGpuHasTwoBatchesUnderWayAndBitsThatDependOnTheirBatch() {
        assertThat(ComputeDevice.CPU.batchesAtOnce()).isEqualTo(1);
        assertThat(ComputeDevice.CPU.sameBitsInAnyBatch()).isTrue();
        assertThat(ComputeDevice.named("cuda").batchesAtOnce()).isEqualTo(2);
        assertThat(ComputeDevice.named("cuda").sameBitsInAnyBatch()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "90, true, BF16",
        "90, false, BF16",
        "80, false, BF16",
        "75, true, F16",
        "75, false, F32"
    })
    void gpusComputeInTheNarrowestTypeThatDoesNoHarm(
            int capability, boolean fits, StoredType type) {
        assertThat(ComputeDevice.fastType(fits, new Gpu(capability))).isEqualTo(type);
    }

    @Test
    void aGpuThatIsNotThereIsRefusedInOneLine() {
        assertThatThrownBy(() -> Gpu.checkPresent(ComputeDevice.named("cuda:7"), true, 1))
                .hasMessage("device cuda:7 is not there: this process sees one GPU, cuda:0");
        assertThatThrownBy(() -> Gpu.checkPresent(ComputeDevice.named("cuda"), true, 0))
                .hasMessage("device cuda:0 is not there: this process sees no GPU");
        assertThatThrownBy(() -> Gpu.checkPresent(ComputeDevice.named("cuda:2"), true, 2))
                .hasMessage("device cuda:2 is not there: this process sees GPUs cuda:0 to cuda:1");
    }

    /** That of this build is for CPUs. */
    @Test
    void soIsAnyGpuByALibraryForCpus() {
        assertThatThrownBy(() -> ExecutionPlan.of(ComputeDevice.named("cuda:3"), StoredType.F32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "device cuda:3 needs libtorch for CUDA, but the one here is for CPUs; take"
                                + " device cpu, or the image for GPUs");
    }
}
