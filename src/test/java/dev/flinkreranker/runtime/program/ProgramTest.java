package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProgramTest {

    private static final Map<String, Object> FAULTS =
            Map.of("count", -70_000, "ratio", 0.1, "on", true);

    private static Program program;

    @BeforeAll
    static void load() {
        program = Program.load(FAULTS, ComputeDevice.CPU, "faults.py");
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
        try (Program other = Program.load(FAULTS, ComputeDevice.CPU, "faults.py");
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
    void anArgumentThatDoesNotReachTheDeviceIsAFaultOfTheDeviceInOneLine() {
        try (Program lost = Program.load(FAULTS, ComputeDevice.named("cuda:0"), "faults.py");
                ProgramCall call = lost.call("echo")) {
            assertThatThrownBy(() -> call.vectors(new int[] {1}))
                    .isInstanceOfAny(ScoringException.class, BrokenDeviceException.class)
                    .hasMessageStartingWith("cuda:0: ")
                    .hasMessageNotContaining("\n");
        }
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
