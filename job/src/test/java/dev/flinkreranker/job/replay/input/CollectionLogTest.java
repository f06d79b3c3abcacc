package dev.flinkreranker.job.replay.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectionLogTest {
    @TempDir Path directory;

    @Test
    void joinsRunQueriesAndPassagesAndListsWhatIsMissing() throws Exception {
        write("queries.tsv", "b\tsecond query", "a\tfirst query", "a\tagain");
        write(
                "corpus.jsonl",
                "{\"_id\": \"p1\", \"title\": \"Title\", \"text\": \"text one\"}",
                "{\"_id\": \"p2\", \"text\": \"text two\"}",
                "{\"_id\": \"p3\", \"text\": ",
                "{\"_id\": \"other\", \"text\": \"needed by nobody\"}");
        write("bm25.run", "b Q0 p2 1 3.5 x", "b Q0 p1 2 2.5 x", "b Q0 p2b 3 1 x", "a Q0 p1 1 9 x");
        Files.writeString(
                directory.resolve("bm25.run"), "c Q0 p1 1 1 x\n", StandardOpenOption.APPEND);
        TrecCollection collection = TrecCollection.in(directory, 100);

        List<InputProblem> problems = new ArrayList<>();
        Path log = directory.resolve("out.zst");
        CollectionLog.write(collection, log, problems::add);

        assertThat(problems)
                .extracting(
                        problem -> Path.of(problem.source()).getFileName() + " " + problem.line())
                .containsExactly("queries.tsv 3", "corpus.jsonl 3", "bm25.run 0", "bm25.run 0");
        assertThat(problems.get(2).reason()).contains("passage p2b of query b is not in corpus");
        assertThat(problems.get(3).reason()).contains("query c is not in queries.tsv");
        try (LineReader lines = LineReader.open(log)) {
            assertThat(lines.next()).isTrue();
            ReplayRequest first = RequestLine.parse(lines.bytes());
            assertThat(first.id()).isEqualTo("a");
            assertThat(first.request().query()).isEqualTo("first query");
            assertThat(first.request().candidates().get(0).text()).isEqualTo("Title text one");
            assertThat(lines.next()).isTrue();
            ReplayRequest second = RequestLine.parse(lines.bytes());
            assertThat(second.ids()).containsExactly("p2", "p1");
            assertThat(second.firstStageScores()).containsExactly(3.5f, 2.5f);
            assertThat(lines.next()).isFalse();
        }
    }

    @Test
    void saysWhichPartIsMissing() throws Exception {
        write("queries.tsv", "a\tq");
        write("corpus.tsv", "p\tt");

        assertThatThrownBy(() -> TrecCollection.in(directory, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds 0 files *.run, one is needed");
    }

    private void write(String name, String... lines) throws IOException {
        Files.write(directory.resolve(name), List.of(lines));
    }
}
