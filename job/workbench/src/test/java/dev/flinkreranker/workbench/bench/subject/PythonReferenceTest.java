package dev.flinkreranker.workbench.bench.subject;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonReferenceTest {

    @TempDir Path directory;

    @Test
    void aReferenceThatFailsSaysWhy() throws Exception {
        Path script =
                Files.writeString(
                        directory.resolve("reference.sh"),
                        "echo 'No module named torch' >&2; exit 1\n");
        PythonReference.Settings settings =
                new PythonReference.Settings(
                        Path.of("sh"),
                        script,
                        directory,
                        "cross-encoder",
                        "float32",
                        512,
                        0,
                        ScoringSettings.defaults());

        assertThatThrownBy(() -> new PythonReference(settings, List.of(new TextPair("q", "p"))))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("reference.sh failed: No module named torch");
    }
}
