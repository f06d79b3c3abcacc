package dev.flinkreranker.workbench.replay.input;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionLogTest {
    @TempDir Path directory;

    @Test
    void joinsRunQueriesAndPassagesAndListsWhatIsMissing() throws Exception {
        write("queries.tsv", "b\tsecond query", "a\tfirst query", "a\tagain");
        write(
                "corpus.jsonl",
                json("{'_id': 'p1', 'title': 'Title', 'text': 'text one'}"),
                json("{'_id': 'p2', 'text': 'text two'}"),
                json("{'_id': 'p3', 'text': "),
                json("{'_id': 'other', 'text': 'needed by nobody'}"));
        write("bm25.run", "b Q0 p2 1 3.5 x", "b Q0 p1 2 2.5 x", "b Q0 p2b 3 1 x", "a Q0 p1 1 9 x");
        Files.writeString(
                directory.resolve("bm25.run"), "c Q0 p1 1 1 x\n", StandardOpenOption.APPEND);
        TrecCollection collection = TrecCollection.in(directory, nothing(null), 100);

        List<InputProblem> problems = new ArrayList<>();
        Path log = directory.resolve("out.zst");
        CollectionLog.write(collection, log, problems::add);

        assertThat(problems)
                .extracting(
                        problem -> Path.of(problem.source()).getFileName() + " " + problem.line())
                .containsExactly("queries.tsv 3", "corpus.jsonl 3", "bm25.run 0", "bm25.run 0");
        assertThat(problems.get(2).reason())
                .contains("passage p2b of query b is not in the corpus");
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

        assertThatThrownBy(() -> TrecCollection.in(directory, nothing(null), 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("one run file is needed, and there is none");
    }

    @Test
    void takesBeirAndMiraclFoldersAsTheyAre() throws Exception {
        write("queries.jsonl", json("{'_id': 'a', 'text': 'q'}"));
        write("corpus.jsonl", json("{'_id': 'p', 'text': 't'}"));
        write("bm25.run", "a Q0 p 1 1 x");
        Files.createDirectory(directory.resolve("qrels"));
        write("qrels/dev.tsv", "query-id\tcorpus-id\tscore");
        write("qrels/test.tsv", "query-id\tcorpus-id\tscore");
        write("qrels/train.tsv", "query-id\tcorpus-id\tscore");
        assertThat(TrecCollection.in(directory, nothing(null), 10).qrels()).hasFileName("test.tsv");
        assertThat(TrecCollection.in(directory, nothing("dev"), 10).qrels()).hasFileName("dev.tsv");
        assertThatThrownBy(() -> TrecCollection.in(directory, nothing("val"), 10))
                .hasMessageContaining("there is dev.tsv, test.tsv, train.tsv; choose with --split");

        Path miracl = Files.createDirectory(directory.resolve("miracl-v1.0-yo"));
        for (String name : List.of("topics", "qrels")) {
            Files.createDirectory(miracl.resolve(name));
            for (String split : List.of("dev", "train")) {
                Files.writeString(
                        miracl.resolve(name + "/" + name + ".miracl-v1.0-yo-" + split + ".tsv"),
                        name.equals("topics") ? "7#0\tq\n" : "7#0\tQ0\t9#1\t1\n");
            }
        }
        write("docs-0.jsonl", json("{'docid': '9#1', 'title': 'T', 'text': 't'}"));
        write("docs-1.jsonl", json("{'docid': '9#2', 'title': 'T', 'text': 'u'}"));
        write("miracl.run", "7#0 Q0 9#2 1 2 x", "7#0 Q0 9#1 2 1 x");
        TrecCollection collection =
                TrecCollection.in(
                        miracl,
                        new TrecCollection.Named(
                                null,
                                List.of(
                                        directory.resolve("docs-0.jsonl"),
                                        directory.resolve("docs-1.jsonl")),
                                directory.resolve("miracl.run"),
                                null,
                                "dev"),
                        10);
        assertThat(collection.queries()).hasFileName("topics.miracl-v1.0-yo-dev.tsv");
        assertThat(collection.qrels()).hasFileName("qrels.miracl-v1.0-yo-dev.tsv");
        List<InputProblem> problems = new ArrayList<>();
        Path log = directory.resolve("miracl.zst");
        CollectionLog.write(collection, log, problems::add);
        assertThat(problems).isEmpty();
        try (LineReader lines = LineReader.open(log)) {
            assertThat(lines.next()).isTrue();
            assertThat(RequestLine.parse(lines.bytes()).ids()).containsExactly("9#2", "9#1");
        }
    }

    @Test
    void passagesAreTitleBlankTextStripped() throws Exception {
        write("queries.tsv", "a\tq");
        write(
                "corpus.jsonl",
                "\uFEFF{\"_id\": \"both\", \"title\": \"T\", \"text\": \"text\\u00a0 \"}",
                "",
                "{\"_id\": \"untitled\", \"title\": \"\", \"text\": \" text\"}",
                "{\"_id\": \"title only\", \"title\": \"T\", \"text\": null}",
                "{\"_id\": \"textless\", \"title\": \"T\"}",
                "{\"_id\": \"null title\", \"title\": null, \"text\": \"text\"}",
                "  ",
                "{\"_id\": \"empty\", \"title\": \"\", \"text\": \"\"}",
                "{\"_id\": \"neither\"}");
        write(
                "candidates.json",
                "{\"a\": [\"both\", \"untitled\", \"title only\", \"textless\", \"null title\","
                        + " \"empty\"]}");

        List<InputProblem> problems = new ArrayList<>();
        Path log = directory.resolve("out.zst");
        CollectionLog.write(
                new TrecCollection(
                        directory.resolve("queries.tsv"),
                        List.of(directory.resolve("corpus.jsonl")),
                        directory.resolve("candidates.json"),
                        null,
                        10),
                log,
                problems::add);

        assertThat(problems)
                .extracting(problem -> problem.line() + " " + problem.reason())
                .containsExactly("9 text is missing");
        assertThat(onlyRequest(log).request().candidates())
                .extracting(Candidate::text)
                .containsExactly("T text", "text", "T", "T", "text", "");
        assertThat(onlyRequest(log).ids())
                .containsExactly(
                        "both", "untitled", "title%20only", "textless", "null%20title", "empty");
        assertThat(onlyRequest(log).request().candidates())
                .as("a log carries the collection's own ids")
                .extracting(candidate -> candidate.id().textValue())
                .contains("title only", "null title");
        assertThat(onlyRequest(log).encodedIds()).isEqualTo(2);
    }

    @Test
    void ranksAreNoScores() throws Exception {
        write("queries.tsv", "a\tq");
        write("corpus.tsv", "p\tt", "r\tu");
        write("ranks.run", "a\tr\t1", "a\tp\t2");
        Path log = directory.resolve("ranks.zst");

        CollectionLog.write(
                TrecCollection.in(directory, nothing(null), 10),
                log,
                problem -> fail(problem.toString()));

        assertThat(onlyRequest(log).ids()).containsExactly("r", "p");
        assertThat(onlyRequest(log).firstStageScores()).containsExactly(null, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"top_ranked/test.jsonl", "bm25.jsonl", "Nano_predictions.json"})
    void takesTheCandidatesOfMtebAndNanoBeir(String run) throws Exception {
        for (String folder : List.of("queries", "corpus", "qrels", "top_ranked")) {
            Files.createDirectory(directory.resolve(folder));
        }
        write("queries/test.jsonl", "{\"_id\": \"a\", \"text\": \"q\"}");
        write(
                "corpus/test.jsonl",
                "{\"_id\": \"p\", \"text\": \"t\"}",
                "{\"_id\": \"r\", \"title\": \"\", \"text\": \"u\"}");
        write("qrels/test.jsonl", "{\"query-id\": \"a\", \"corpus-id\": \"r\", \"score\": 1}");
        write(
                run,
                run.endsWith("l")
                        ? "{\"query-id\": \"a\", \"corpus-ids\": [\"r\", \"p\"]}"
                        : "{\"mteb_model_meta\": {\"model_name\": \"m\"},"
                                + " \"default\": {\"test\": {\"a\": {\"p\": 1, \"r\": 2}}}}");

        TrecCollection collection = TrecCollection.in(directory, nothing(null), 10);
        Path log = directory.resolve("out.zst");
        List<InputProblem> problems = new ArrayList<>();
        CollectionLog.write(collection, log, problems::add);

        assertThat(problems).isEmpty();
        assertThat(onlyRequest(log).ids()).containsExactly("r", "p");
        assertThat(collection.split()).isEqualTo("test");
        assertThat(QrelsReader.read(collection.qrels()).grades("a")).isEqualTo(Map.of("r", 1));
    }

    @Test
    void queriesAreNoCandidatesOfTheirOwnWhereAsked() throws Exception {
        write("queries.tsv", "a\tq");
        write("corpus.tsv", "a\tq", "b\tother", "c\tthird");
        write("bm25.run", "a Q0 a 1 9 x", "a Q0 b 2 8 x", "a Q0 c 3 7 x");
        TrecCollection collection = TrecCollection.in(directory, nothing(null), 2);

        Path with = directory.resolve("with.zst");
        Path without = directory.resolve("without.zst");
        CollectionLog.write(collection, with, problem -> {});
        CollectionLog.write(collection.withoutSelf(), without, problem -> {});

        assertThat(onlyRequest(with).ids()).containsExactly("a", "b");
        assertThat(onlyRequest(without).ids()).containsExactly("b", "c");
    }

    @Test
    void foldersOfCollectionsAreOneGroup() throws Exception {
        for (String folder : List.of("scifact", "cqa", "cqa/android", "cqa/english", "cqa/notes")) {
            Files.createDirectory(directory.resolve(folder));
        }
        for (String folder : List.of("scifact", "cqa/android", "cqa/english")) {
            write(folder + "/queries.jsonl", "{\"_id\": \"a\", \"text\": \"q\"}");
        }

        assertThat(
                        CollectionFolders.of(
                                List.of(directory.resolve("scifact"), directory.resolve("cqa"))))
                .extracting(member -> member.name() + " " + member.group())
                .containsExactly("scifact scifact", "cqa/android cqa", "cqa/english cqa");
        Path none = directory.resolve("cqa/notes");
        assertThatThrownBy(() -> CollectionFolders.of(List.of(none)))
                .hasMessageContaining("no queries there, so no collection");
        List<Path> twice = List.of(directory.resolve("scifact"), directory.resolve("scifact"));
        assertThatThrownBy(() -> CollectionFolders.of(twice))
                .hasMessage("two collections are named scifact; rename a folder");
    }

    private static ReplayRequest onlyRequest(Path log) throws Exception {
        try (LineReader lines = LineReader.open(log)) {
            assertThat(lines.next()).isTrue();
            ReplayRequest request = RequestLine.parse(lines.bytes());
            assertThat(lines.next()).isFalse();
            return request;
        }
    }

    private static TrecCollection.Named nothing(String split) {
        return new TrecCollection.Named(null, List.of(), null, null, split);
    }

    private void write(String name, String... lines) throws IOException {
        Files.write(directory.resolve(name), List.of(lines));
    }
}
