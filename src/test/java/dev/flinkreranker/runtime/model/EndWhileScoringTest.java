package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process may end at any moment of a native call, and ends with its status. */
class EndWhileScoringTest {

    private static final Path MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final int TRIES = Integer.getInteger("reranker.ends", 4);
    private static final int SIGTERM = 128 + 15;

    @TempDir private Path directory;

    /** How it ends, and before which batch. */
    static Stream<List<Object>> ends() {
        Random random = new Random(14);
        return random.ints(TRIES, 0, 40)
                .mapToObj(
                        batch ->
                                List.of(
                                        List.of("never", "exit", "halt").get(random.nextInt(3)),
                                        batch));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void noProcessCrashesWhoseBatchRunsAtItsEnd(List<Object> end) throws Exception {
        String how = (String) end.get(0);
        int batch = (int) end.get(1);
        Path errors = directory.resolve("errors");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EndlessScoring.class.getName(),
                                MODEL.toAbsolutePath().toString(),
                                how,
                                String.valueOf(batch),
                                String.valueOf(batch))
                        .directory(directory.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try (BufferedReader lines = process.inputReader()) {
            if (how.equals("never")) {
                for (int i = 0; i <= batch; i++) {
                    assertThat(lines.readLine()).isNotNull();
                }
                process.toHandle().destroy(); // its output stays open
            }
            lines.lines().forEach(line -> {});
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(crashReports()).isEmpty();
        assertThat(process.exitValue())
                .as(Files.readString(errors))
                .isEqualTo(how.equals("never") ? SIGTERM : EndlessScoring.STATUS);
    }

    private List<Path> crashReports() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("hs_err"))
                    .toList();
        }
    }
}
