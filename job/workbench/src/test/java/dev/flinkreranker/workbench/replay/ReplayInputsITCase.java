package dev.flinkreranker.workbench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.cli.Workbench;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command with the real small model on inputs as people have them. */
class ReplayInputsITCase {
    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");
    private static final String LOG =
            """
            {"request_id": "r1", "query": "capital of new york", "documents": [\
            {"id": "New York City", "text": "New York City is in New York."},\
             {"id": "Albany", "text": "Albany is the capital of New York."}]}
            {"request_id": "session 7/query 2", "query": "aspirin", "documents": ["Aspirin.", "A cat."]}

            {"request_id": "r3", "query": "aspirin", "documents": [{"id": "a", "text": "Aspirin."}]}
            """;

    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void idsWithBlanksAreReplayedFromStandardInputAndCarriedEncoded() throws Exception {
        Path qrels = directory.resolve("qrels.tsv");
        Files.writeString(qrels, "query-id\tcorpus-id\tscore\nsession 7/query 2\t0\t1\n");
        for (int time = 0; time < 2; time++) {
            assertThat(piped("\uFEFF" + LOG, "--log", "-", "--qrels", qrels.toString()))
                    .as(err.toString())
                    .isZero();
        }

        assertThat(err.toString()).contains("going on with the replay in");
        assertThat(Files.readString(directory.resolve("out/problems.jsonl"))).isEmpty();
        JsonNode summary =
                new JsonMapper().readTree(directory.resolve("out/summary.json").toFile());
        assertThat(summary.get("requests").intValue()).isEqualTo(3);
        assertThat(summary.get("judged").intValue()).isEqualTo(1);
        assertThat(summary.get("percent_encoded_ids").intValue()).isEqualTo(2);
        assertThat(Files.readAllLines(directory.resolve("out/runs/first-stage.trec")))
                .startsWith(
                        "r1 Q0 New%20York%20City 1 -1.0 first-stage",
                        "r1 Q0 Albany 2 -2.0 first-stage",
                        "session%207/query%202 Q0 0 1 -1.0 first-stage");
        try (Stream<Path> results = Files.list(directory.resolve("out/results"))) {
            assertThat(Files.readString(results.findFirst().orElseThrow()))
                    .contains("\"request_id\":\"session 7/query 2\"", "\"id\":\"New York City\"");
        }
    }

    @Test
    void severalCollectionsBecomeOneTable() throws Exception {
        collection("scifact", "test", "bm25.run");
        collection("cqa/android", "test", "bm25.run");
        collection("cqa/english", "test", "bm25.run");
        collection("miracl", "dev", "top_ranked.jsonl");

        String[] collections = {
            "--collections",
            directory.resolve("scifact").toString(),
            directory.resolve("cqa").toString(),
            directory.resolve("miracl").toString()
        };
        assertThat(replay(collections)).as(err.toString()).isZero();

        assertThat(out.toString())
                .contains("Model       Reranker                  average  cqa-test  miracl-dev");
        String tables = Files.readString(directory.resolve("out/tables.md"));
        assertThat(tables)
                .startsWith(
                        """
                        ## ndcg_at_10

                        | Model | Reranker | average | cqa-test | miracl-dev | scifact-test |
                        """)
                // The second of two passages is relevant, and the model puts it first.
                .contains("| bm25 | NoReranker | - | 63.093 | - | 63.093 |")
                .contains("| bm25 | " + MODEL.getFileName() + " | - | **100.000** | - |")
                // Another first stage is another row.
                .contains("| top_ranked | NoReranker | - | - | 63.093 | - |")
                .contains("## recall_at_100");
        JsonNode json = new JsonMapper().readTree(directory.resolve("out/tables.json").toFile());
        assertThat(json.at("/ndcg@10/0/columns/cqa-test").doubleValue()).isBetween(0.63, 0.631);
        assertThat(directory.resolve("out/cqa/english/report.html")).isNotEmptyFile();

        assertThat(replay("--collections", directory.resolve("cqa").toString(), "--log", "x"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--collections takes all it needs from its folders");
        Files.delete(directory.resolve("scifact/qrels/test.tsv"));
        assertThat(replay("--collections", directory.resolve("scifact").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no qrels there, and a table needs them");
    }

    private void collection(String name, String split, String run) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.createDirectory(folder.resolve("qrels"));
        Files.write(
                folder.resolve("queries." + split + ".jsonl"),
                List.of(
                        "{\"_id\": \"q\", \"text\": \"Aspirin inhibits the production of PGE2.\"}"));
        Files.write(
                folder.resolve("corpus.jsonl"),
                List.of(
                        "{\"_id\": \"a\", \"title\": \"Cell cycle\", \"text\": \"Mouse embryos.\"}",
                        "{\"_id\": \"b\", \"title\": \"\", \"text\": \"Aspirin inhibits"
                                + " cyclooxygenase and so the synthesis of prostaglandin E2.\"}"));
        Files.write(
                folder.resolve(run),
                run.endsWith(".run")
                        ? List.of("q Q0 a 1 2 bm25", "q Q0 b 2 1 bm25")
                        : List.of("{\"query-id\": \"q\", \"corpus-ids\": [\"a\", \"b\"]}"));
        Files.write(
                folder.resolve("qrels/" + split + ".tsv"),
                List.of("query-id\tcorpus-id\tscore", "q\tb\t1"));
    }

    private int piped(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return replay(arguments);
        } finally {
            System.setIn(before);
        }
    }

    private int replay(String... arguments) {
        CommandLine command =
                Workbench.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        List<String> usual =
                List.of(
                        "replay",
                        "--model=" + MODEL,
                        "--checkpoint-seconds=0.2",
                        "--out=" + directory.resolve("out"));
        return command.execute(
                Stream.concat(usual.stream(), Stream.of(arguments)).toArray(String[]::new));
    }
}
