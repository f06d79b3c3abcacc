package dev.flinkreranker.workbench.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrecFilesTest {

    @TempDir Path directory;

    @Test
    void runIsSortedByScoreAndThenByIdDescending() throws IOException {
        Path file =
                file("q1 Q0 a 1 0.5 t\nq1 Q0 b 2 0.5 t\nq1\tQ0\tc  3  2e0  t\n\nq0 Q0 a 1 -1 t");

        Run run = RunReader.read(file);

        assertThat(run.tag()).isEqualTo("t");
        assertThat(run.queries()).containsExactly("q1", "q0");
        assertThat(run.ranking("q1")).extracting(ScoredPassage::id).containsExactly("c", "b", "a");
        assertThat(run.ranking("unknown")).isEmpty();
    }

    @Test
    void idsTieInTheOrderOfUtf8BytesAndNotOfChars() throws IOException {
        // U+FF5E sorts above the surrogates of U+1F600 as chars, and below it as UTF-8.
        Path file = file("q Q0 \uFF5E 1 1 t\nq Q0 \uD83D\uDE00 2 1 t\n");

        assertThat(RunReader.read(file).ranking("q"))
                .extracting(ScoredPassage::id)
                .containsExactly("\uD83D\uDE00", "\uFF5E");
    }

    @Test
    void scoresThatOnlyDifferBelowFloat32Tie() throws IOException {
        Path file = file("q Q0 a 1 1.00000003 t\nq Q0 b 2 1.00000001 t\n");

        assertThat(RunReader.read(file).ranking("q"))
                .extracting(ScoredPassage::id)
                .containsExactly("b", "a");
    }

    @Test
    void gzipIsKnownByItsBytes() throws IOException {
        Path file = directory.resolve("named-like-text.run");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("q Q0 a 1 1.5 t\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(RunReader.read(file).ranking("q")).containsExactly(new ScoredPassage("a", 1.5f));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    q Q0 a b 1 1.0 t   | 2: a run line has 6 fields
                    q Q0 a 1 1.0       | 2: a run line has 6 fields
                    q Q0 x 1 1.0 t     | 2: passage x twice for query q
                    q Q0 a 1 NaN t     | 2: score NaN is not a finite float32
                    q Q0 a 1 1e39 t    | 2: score 1e39 is not a finite float32
                    q Q0 a 1 high t    | 2: score high is not a number
                    q Q0 a 1 1.0f t    | 2: score 1.0f is not a number
                    """)
    void badRunLinesNameFileAndLine(String line, String problem) throws IOException {
        Path file = file("q Q0 x 1 3 t\n" + line + "\n");

        assertThatThrownBy(() -> RunReader.read(file))
                .isInstanceOf(TrecFormatException.class)
                .hasMessageStartingWith(file + ":" + problem);
    }

    @Test
    void filesThatAreNotText() throws IOException {
        Path latin = directory.resolve("latin.run");
        Files.write(latin, new byte[] {'q', ' ', 'Q', '0', ' ', (byte) 0xe9, '\n'});
        assertThatThrownBy(() -> RunReader.read(latin)).hasMessageContaining("not UTF-8");

        Path cut = directory.resolve("cut.run.gz");
        Files.write(cut, new byte[] {0x1f, (byte) 0x8b, 8, 0});
        assertThatThrownBy(() -> RunReader.read(cut))
                .isInstanceOf(TrecFormatException.class)
                .hasMessageStartingWith(cut.toString());

        assertThatThrownBy(() -> RunReader.read(file("\n \n"))).hasMessageContaining("no ranking");
        assertThatThrownBy(() -> QrelsReader.read(file(""))).hasMessageContaining("no judgment");
        assertThatThrownBy(() -> RunReader.read(directory)).hasMessageContaining("is a directory");
        assertThatThrownBy(() -> RunReader.read(directory.resolve("none")))
                .isInstanceOf(TrecFormatException.class)
                .hasMessage(directory.resolve("none") + ": no such file");
    }

    @Test
    void qrelsOfTrecAndOfBeir() throws IOException {
        Qrels trec = QrelsReader.read(file("1 0 a 2\n1 0 b 0\n2 0 a -1\n"));
        assertThat(trec.grades("1")).isEqualTo(Map.of("a", 2, "b", 0));
        assertThat(trec.grade("2", "a")).as("below zero is not judged").isEmpty();

        Qrels beir = QrelsReader.read(file("query-id\tcorpus-id\tscore\n1\ta\t2\n"));
        assertThat(beir.grades("1")).isEqualTo(Map.of("a", 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    1 0 a 1.5  | 2: grade 1.5 is not a whole number
                    1 0 x 1    | 2: passage x twice for query 1
                    1 a 1      | 2: a qrels line has 4 fields
                    """)
    void badQrelsLinesNameFileAndLine(String line, String problem) throws IOException {
        Path file = file("1 0 x 1\n" + line + "\n");

        assertThatThrownBy(() -> QrelsReader.read(file))
                .isInstanceOf(TrecFormatException.class)
                .hasMessageStartingWith(file + ":" + problem);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("file.txt"), content);
    }
}
