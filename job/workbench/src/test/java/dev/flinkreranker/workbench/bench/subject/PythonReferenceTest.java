package dev.flinkreranker.workbench.bench.subject;

import static org.assertj.core.api.Assertions.assertThat;
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

    private static final List<TextPair> PAIRS = List.of(new TextPair("q", "p"));

    @TempDir Path directory;

    @Test
    void aReferenceThatFailsSaysWhy() throws Exception {
        Path script =
                Files.writeString(
                        directory.resolve("reference.sh"),
                        "echo 'No module named torch' >&2; exit 1\n");
        assertThatThrownBy(() -> new PythonReference(settings(script), PAIRS))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("reference.sh failed: No module named torch");
    }

    @Test
    void bothKindsOfSecondsAndScoresAreThoseOfTheAnswer() throws Exception {
        Path script =
                Files.writeString(
                        directory.resolve("reference.sh"),
                        """
                        echo '{"versions": {"sh": "1"}}'
                        read -r line
                        echo '{"seconds": 4.5, "processor_seconds": 1.5, "scores": [0.25]}'
                        """);

        try (PythonReference reference = new PythonReference(settings(script), PAIRS)) {
            assertThat(reference.versions()).isEqualTo("{\"sh\":\"1\"}");
            assertThat(reference.score()).isEqualTo(new TimedScores(4.5, 1.5, List.of(0.25)));
        }
    }

    private PythonReference.Settings settings(Path script) {
        return new PythonReference.Settings(
                Path.of("sh"),
                script,
                directory,
                "cross-encoder",
                "float32",
                512,
                "0",
                ScoringSettings.defaults());
    }
}
