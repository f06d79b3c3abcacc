package dev.flinkreranker.workbench.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void onATerminalOneLineIsRedrawn() {
        work(true);

        assertThat(text()).startsWith("\r").endsWith("\n").contains("Scoring", "100%", "40/40");
        assertThat(text().chars().filter(c -> c == '\n')).as("line ends").hasSize(1);
    }

    @Test
    void elsewhereThereAreLinesWithoutControlCharacters() {
        work(false);

        assertThat(text())
                .doesNotContain("\r", "\u001b")
                .contains("Scoring", "100%")
                .endsWith("\n");
        assertThat(text().lines()).doesNotHaveDuplicates();
    }

    private void work(boolean terminal) {
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (Progress progress = Progress.start("Scoring", " pairs", 40, err, terminal)) {
            progress.done(20);
            progress.done(40);
        }
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
