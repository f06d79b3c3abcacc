package dev.flinkreranker.tests.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check for a machine with a GPU runs, and finds the scores right; skipped without torch. */
class GpuCheckTest {

    @TempDir Path directory;

    @Test
    void theRehearsalFindsTheScoresRight() throws IOException, InterruptedException {
        assumeThat(run("-c", "import torch")).isZero();
        Path figures = directory.resolve("figures.json");

        assertThat(run("gpu/check", figures.toString()))
                .as(() -> read(directory.resolve("output")))
                .isZero();
        assertThat(figures).content().contains("gemma2, capped in torch.bfloat16");
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder python = new ProcessBuilder("python3");
        python.command().addAll(List.of(arguments));
        python.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        python.redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile());
        return python.start().waitFor();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
