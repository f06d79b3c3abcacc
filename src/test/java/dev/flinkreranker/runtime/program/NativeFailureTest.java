package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeadContextException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeFailureTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 1 GiB",
                "CUDA error: out of memory",
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                "[enforce fail at alloc_cpu.cpp:119] . DefaultCPUAllocator: can't allocate memory: you"
                        + " tried to allocate 144115188075855872 bytes. Error code 12",
                "std::bad_alloc",
            })
    void memory(String message) {
        assertThat(translate(message)).isInstanceOf(DeviceMemoryException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: device-side assert triggered\nCUDA kernel errors might be ...",
                "CUDA error: an illegal memory access was encountered",
                "CUDA error: unspecified launch failure",
                "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(...)`",
                "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
                "CUDA driver error: unknown error",
            })
    void brokenDevice(String message) {
        assertThat(translate(message)).isInstanceOf(DeadContextException.class);
        assertThat(NativeFailure.translate(ComputeDevice.CPU, new RuntimeException(message)))
                .isExactlyInstanceOf(BrokenDeviceException.class);
    }

    @Test
    void aLostGpuStaysLost() {
        ComputeDevice device = new ComputeDevice(5);
        NativeFailure.translate(
                device, new RuntimeException("CUDA error: unspecified launch failure"));

        assertThatThrownBy(() -> ExecutionPlan.of(device, StoredType.F32))
                .isInstanceOf(DeadContextException.class)
                .hasMessage(
                        "this process has lost its GPU: cuda:5: CUDA error: unspecified launch"
                                + " failure");
    }

    @Test
    void anythingElseKeepsItsFirstUsefulLine() {
        RuntimeException failure =
                translate(
                        "The following operation failed in the TorchScript interpreter.\n"
                                + "Traceback of TorchScript, serialized code (most recent call last):\n"
                                + "  File \"code/__torch__.py\", line 7, in score\n"
                                + "    x = torch.view(x, [3])\n"
                                + "        ~~~~~~~~~~ <--- HERE\n"
                                + "RuntimeError: shape '[3]' is invalid for input of size 4\n");

        assertThat(failure)
                .isInstanceOf(ScoringException.class)
                .hasMessage("cuda:1: RuntimeError: shape '[3]' is invalid for input of size 4");
    }

    @Test
    void aFailureWithoutTextIsStillOne() {
        assertThat(translate(null)).isInstanceOf(ScoringException.class);
    }

    private static RuntimeException translate(String message) {
        return NativeFailure.translate(new ComputeDevice(1), new RuntimeException(message));
    }
}
