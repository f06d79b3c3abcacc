package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProgramTest {

    private static final Map<String, Object> FAULTS =
            Map.of("count", -70_000, "ratio", 0.1, "on", true);

    private static final ComputeDevice GPU = ComputeDevice.named("cuda:0");

    private static Program program;

    @BeforeAll
    static void load() {
        program = Program.load(FAULTS, ComputeDevice.CPU, "faults.py", "host.py");
    }

    @AfterAll
    static void close() {
        program.close();
    }

    @Test
    void attributesKeepTheirValues() {
        try (ProgramCall call = program.call("attributes")) {
            assertThat(call.floats()).containsExactly(-70_000f, 0.1f, 1f);
        }
    }

    @Test
    void argumentsArriveInOrder() {
        try (ProgramCall call = program.call("echo")) {
            // Text arrives as UTF-8: two bytes here.
            call.vectors(new int[] {1, 2}, new int[] {3, 4}).number(0.5).flag(true).text("é");
            assertThat(call.floats()).containsExactly(1.5f, 1f, 0.5f, 0f);
        }
    }

    @Test
    void aTensorThatIsKeptOutlivesItsCall() {
        KeptTensor kept;
        try (ProgramCall call = program.call("two")) {
            assertThat(call.firstFloats()).containsExactly(1f, 2f);
            kept = call.keep(1);
        }
        try (ProgramCall call = program.call("joined").tensors(List.of(kept, kept))) {
            assertThat(call.floats()).containsExactly(3f, 4f, 3f, 4f);
        }
        assertThat(kept.array().isReleased()).isFalse();
        kept.close();
        kept.close();
        assertThat(kept.array().isReleased()).isTrue();
    }

    @Test
    void butNotItsProgram() {
        KeptTensor kept;
        try (Program other = Program.load(FAULTS, ComputeDevice.CPU, "faults.py", "host.py");
                ProgramCall call = other.call("two")) {
            call.firstFloats();
            kept = call.keep(1);
        }
        assertThat(kept.array().isReleased()).isTrue();
        kept.close();
    }

    @Test
    void memoryThatIsNotThereIsADeviceMemoryException() {
        try (ProgramCall call = program.call("allocate").number(1L << 55)) {
            assertThatThrownBy(call::floats)
                    .isInstanceOf(DeviceMemoryException.class)
                    .hasMessageStartingWith("cpu: ")
                    .hasMessageContaining("can't allocate memory")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void anErrorOfTheProgramIsAScoringExceptionOfOneUsefulLine() {
        try (ProgramCall call = program.call("select").number(7)) {
            assertThatThrownBy(call::floats)
                    .isInstanceOf(ScoringException.class)
                    .hasMessageStartingWith("cpu: ")
                    .hasMessageContaining("out of range")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aWrongCallIsAScoringExceptionToo() {
        try (ProgramCall call = program.call("allocate").text("many")) {
            assertThatThrownBy(call::floats)
                    .isInstanceOf(ScoringException.class)
                    .hasMessageNotContaining("\n");
        }
        try (ProgramCall call = program.call("absent")) {
            assertThatThrownBy(call::floats)
                    .isInstanceOf(ScoringException.class)
                    .hasMessageContaining("absent");
        }
    }

    /** A library without GPUs stands in for a GPU that is lost. */
    @Test
    void vectorsThatDoNotReachTheDeviceAreAFaultOfTheDeviceInOneLine() {
        try (Program lost = onGpu();
                ProgramCall call = lost.call("reached").vectors(new int[] {1})) {
            assertThatThrownBy(call::floats)
                    .isInstanceOfAny(ScoringException.class, BrokenDeviceException.class)
                    .hasMessageStartingWith("cuda:0: ")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    @Timeout(60)
    void onAGpuOneCallLaunchesAtATime() throws Exception {
        ReentrantLock launching = Gpu.launching(GPU);
        AtomicReference<float[]> floats = new AtomicReference<>();
        try (Program program = onGpu()) {
            Thread caller =
                    new Thread(
                            () -> {
                                try (ProgramCall call = program.call("two")) {
                                    floats.set(call.firstFloats());
                                }
                            });
            launching.lock();
            try {
                caller.start();
                while (!launching.hasQueuedThread(caller)) {
                    Thread.onSpinWait();
                }
                assertThat(floats.get()).isNull();
            } finally {
                launching.unlock();
            }
            caller.join();
            assertThat(floats.get()).containsExactly(1f, 2f);
            assertThat(launching.isLocked()).isFalse();
        }
    }

    private static Program onGpu() {
        return Program.load(FAULTS, GPU, "faults.py", "pinned.py");
    }

    @Test
    void loadsInAThreadWhoseContextClassLoaderSeesNothing() throws InterruptedException {
        AtomicReference<Object> result = new AtomicReference<>();
        Thread thread =
                new Thread(
                        () -> {
                            try (Program own =
                                    Program.load(Map.of(), ComputeDevice.CPU, "weights.py")) {
                                result.set(own.device());
                            } catch (RuntimeException e) {
                                result.set(e);
                            }
                        });
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        thread.start();
        thread.join();

        assertThat(result.get()).isEqualTo(ComputeDevice.CPU);
    }

    @Test
    void refusesAnUnknownResource() {
        assertThatThrownBy(() -> Program.load(Map.of(), ComputeDevice.CPU, "absent.py"))
                .hasMessage("no program absent.py");
    }
}
