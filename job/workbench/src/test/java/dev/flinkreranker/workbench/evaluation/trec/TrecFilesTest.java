package dev.flinkreranker.workbench.evaluation.trec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "q Q0 a 2.5 t\nq Q0 b 7 t\n",
                "q Q0 a 1 2.5\nq Q0 b 2 7\n",
                "q Q0 b 1 t\nq Q0 a 2 t\n",
                "q Q0 b 7\nq Q0 a 2\n",
                "q b 0\nq a 1\n",
                "q\tb\t1\nq\ta\t2\n",
                "q a 2.5\nq b 7\n",
                "q b 1 7\nq a 2 2.5\n",
                "q a 2.5 t\nq b 7 t\n",
                "q b 1 7 t\nq a 2 2.5 t\n",
                "query-id\tcorpus-id\tscore\nq\ta\t2\nq\tb\t7\n",
                "docid,qid,rank\nb,q,1\na,q,2\n",
                "qid\tq0\tdocno\trank\tscore\tname\nq\tQ0\ta\t9\t2.5\tt\nq\tQ0\tb\t8\t7\tt\n",
                "{\"q\": {\"a\": 2.5, \"b\": 7}}",
                "{\"q\": [\"b\", \"a\"]}",
                "{\"meta\": {\"name\": \"m\"}, \"default\": {\"test\": {\"q\": {\"a\": 1, \"b\": 2}}}}",
                "\n{\"query-id\": \"q\", \"corpus-ids\": [\"b\", \"a\"]}\n\n",
                "{\"query-id\": \"q\", \"corpus-id\": \"a\", \"score\": 2.5}\n"
                        + "{\"query-id\": \"q\", \"corpus-id\": \"b\", \"score\": 7}\n",
                "[{\"qid\": \"q\", \"docid\": \"b\"}, {\"qid\": \"q\", \"docid\": \"a\"}]"
            })
    void runsOfOtherLayouts(String content) throws IOException {
        Run run =
                RunReader.read(
                        file(content.replace(',', content.startsWith("docid") ? '\t' : ',')));

        assertThat(run.ranking("q")).extracting(ScoredPassage::id).containsExactly("b", "a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    q a 1;q b 3               | : taken as query passage rank-or-score, but the numbers are neither ranks
                    q a 3 9.5;q b 1 9         | : taken as query passage rank score, but the ranks do not count
                    1 0 31715818 1;3 0 1471 1 | :1: a run line has 6 fields
                    q a                       | :1: a run line has 6 fields
                    q a b                     | :1: a run line has 6 fields
                    q a 1;q b 2 0.5           | :2: a run line has 3 fields (query passage rank-or-score), found 4
                    {"q": {"a": "x"}}         | :1: JSON without rankings
                    {"q": {"a": 1}            | :1: not JSON
                    {"a": {"q": {"d": 1}}, "b": {"q": {"d": 1}}} | :1: JSON with more than one ranking, /a, /b
                    {"query-id": "q"}         | :1: a row of JSON needs a corpus-id
                    {"q": ["a", "a"]}         | :1: passage a twice for query q
                    """)
    void runsWithoutOneMeaningAreRefusedInTheWordsOfTheirFormat(String lines, String problem)
            throws IOException {
        Path file = file(lines.replace(';', '\n'));

        assertThatThrownBy(() -> RunReader.read(file))
                .isInstanceOf(TrecFormatException.class)
                .hasMessageStartingWith(file + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 0 a 2.0\n1 0 b 0.0\n",
                "1 a 2\n1 b 0\n",
                "1\ta\t2.0\n1\tb\t0\n",
                "qid\tdocid\trelevance\n1\ta\t2\n1\tb\t0\n",
                "grade query_id doc_id\n2 1 a\n0 1 b\n",
                "\uFEFFquery-id\tcorpus-id\tscore\n1\ta\t2\n1\tb\t0\n",
                "\uFEFF1 0 a 2\n1 0 b 0\n",
                "{\"query-id\": \"1\", \"corpus-id\": \"a\", \"score\": 2}\n"
                        + "{\"query-id\": \"1\", \"corpus-id\": \"b\", \"score\": 0.0}\n",
                "{\"1\": {\"a\": 2, \"b\": 0}}"
            })
    void judgmentsOfOtherLayouts(String content) throws IOException {
        assertThat(QrelsReader.read(file(content)).judgments())
                .isEqualTo(Map.of("1", Map.of("a", 2, "b", 0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    121352 2912791 7267248 | :1: taken as query passage grade, but 7267248 is no grade
                    1 a 1;1 b 2;1 c 3      | : taken as query passage grade, but the third column counts
                    a b c;1 2 3            | :1: "a b c" is neither judgments (query 0 passage grade) nor a header
                    1 0 a                  | :1: "1 0 a" is neither judgments
                    1 2                    | :1: a qrels line has 4 fields (query 0 passage grade) or 3
                    """)
    void judgmentsWithoutOneMeaningAreRefusedInTheWordsOfTheirFormat(String lines, String problem)
            throws IOException {
        Path file = file(lines.replace(';', '\n'));

        assertThatThrownBy(() -> QrelsReader.read(file))
                .isInstanceOf(TrecFormatException.class)
                .hasMessageStartingWith(file + problem);
    }

    @Test
    void idsWithBlanksBetweenTabsAreThoseOfRunFiles() throws IOException {
        Qrels qrels = QrelsReader.read(file("query-id\tcorpus-id\tscore\nq 1\tNew York\t1\n"));

        assertThat(qrels.judgments()).isEqualTo(Map.of("q%201", Map.of("New%20York", 1)));
        assertThat(RunReader.read(file("{\"q 1\": [\"New York\"]}")).rankings())
                .isEqualTo(Map.of("q%201", List.of(new ScoredPassage("New%20York", -1))));
        assertThat(RunFileId.of("50 %")).isEqualTo("50%20%25");
        assertThat(RunFileId.of("50%")).isEqualTo("50%");
        assertThat(RunFileId.of("a\u00a0\n\uD83D\uDE00")).isEqualTo("a%C2%A0%0A\uD83D\uDE00");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("file.txt"), content);
    }
}
