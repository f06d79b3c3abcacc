package dev.flinkreranker.workbench.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowMergeTest {

    @TempDir Path directory;

    @Test
    void givesTheRowsOfAllFilesInTheOrderOfTheInput() throws IOException {
        Path one = write("one", row(0, 2, "a"), row(0, 9, "b"), row(1, 1, "c"));
        Path two = write("two", row(0, 1, "d"), row(0, 3, "e"));
        Path three = write("three", row(1, 2, "f"), row(1, 3, "g"));
        Path empty = write("empty");

        assertThat(problems(List.of(three, empty, one, two)))
                .containsExactly("d", "a", "e", "b", "c", "f", "g");
    }

    /** With slow models nearly every block is a file, so the first rows are much of all rows. */
    @Test
    void keepsNoRowOfAFileWhoseTurnHasNotCome() throws IOException {
        Path first = write("first", row(0, 1, "first"));
        Path later = write("later", row(0, 2, "as it was"), row(0, 3, "last"));
        try (RowMerge merge = new RowMerge(List.of(later, first))) {
            write("later", row(0, 2, "read again"), row(0, 3, "last"));

            assertThat(problems(merge)).containsExactly("first", "read again", "last");
        }
    }

    @Test
    void refusesAFileThatIsNotInOrder() throws IOException {
        Path file = write("file", row(0, 2, "a"), row(0, 2, "b"));

        assertThatThrownBy(() -> problems(List.of(file)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(file + " is not in the order of the input");
    }

    private static List<String> problems(List<Path> files) throws IOException {
        try (RowMerge merge = new RowMerge(files)) {
            return problems(merge);
        }
    }

    private static List<String> problems(RowMerge merge) throws IOException {
        List<String> problems = new ArrayList<>();
        for (ReplayRow row = merge.next(); row != null; row = merge.next()) {
            problems.add(row.problem());
        }
        return problems;
    }

    private static ReplayRow row(int file, long line, String problem) {
        return ReplayRow.problem(file, line, problem);
    }

    private Path write(String name, ReplayRow... rows) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ReplayRow row : rows) {
            lines.add(row.toJson());
        }
        return Files.write(directory.resolve(name), lines);
    }
}
