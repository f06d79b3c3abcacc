package dev.flinkreranker.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The README is read in five minutes. */
class FrontPageTest {

    private static List<String> lines;

    @BeforeAll
    static void read() throws IOException {
        lines = Files.readAllLines(Path.of("..", "README.md"));
    }

    @Test
    void isShort() {
        assertThat(lines.size()).as("lines of README.md").isLessThanOrEqualTo(120);
        assertThat(String.join(" ", lines).trim().split("\\s+").length)
                .as("words of README.md")
                .isLessThanOrEqualTo(900);
    }

    @Test
    void isNarrow() {
        assertThat(IntStream.rangeClosed(1, lines.size()).boxed())
                .as("lines of README.md with more than 100 columns")
                .filteredOn(number -> lines.get(number - 1).length() > 100)
                .isEmpty();
    }
}
