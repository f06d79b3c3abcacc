package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A program runs on the processors that its process may use. */
class ThreadsTest {

    @Test
    void noMoreThreadsThanTheProcessMayUse() throws Exception {
        assertThat(threads(Map.of(), "-XX:ActiveProcessorCount=1")).isEqualTo("1");
    }

    @Test
    void unlessTheEnvironmentOrDjlSaysHowMany() throws Exception {
        assertThat(threads(Map.of("OMP_NUM_THREADS", "2"), "-XX:ActiveProcessorCount=1"))
                .isEqualTo("2");
        assertThat(
                        threads(
                                Map.of(),
                                "-XX:ActiveProcessorCount=1",
                                "-Dai.djl.pytorch.num_threads=3"))
                .isEqualTo("3");
    }

    @Test
    void devicesOfTheCpuShareThem() throws Exception {
        List<String> processors = List.of("-XX:ActiveProcessorCount=2", "-Ddevices=cpu:0,cpu:1");
        assertThat(threads(Map.of(), processors.toArray(String[]::new))).isEqualTo("1");
        assertThat(threads(Map.of("OMP_NUM_THREADS", "2"), processors.toArray(String[]::new)))
                .isEqualTo("2");
    }

    private static String threads(Map<String, String> environment, String... flags)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(PrintThreads.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().remove("OMP_NUM_THREADS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (BufferedReader lines = process.inputReader()) {
            return lines.readLine();
        } finally {
            process.waitFor();
        }
    }

    /** Prints how many threads share an operation. */
    static final class PrintThreads {

        private PrintThreads() {}

        public static void main(String[] arguments) {
            DeviceList.of(System.getProperty("devices", "cpu")).shareThreads();
            System.out.println(ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32).threads());
        }
    }
}
