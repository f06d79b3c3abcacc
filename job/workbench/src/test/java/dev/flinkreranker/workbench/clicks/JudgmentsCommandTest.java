package dev.flinkreranker.workbench.clicks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.workbench.cli.Workbench;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From files of events and results to judgments. */
class JudgmentsCommandTest {

    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path events;
    private Path results;
    private Path judgments;

    /**
     * One query asked 40 times with a and b in turn on top, c behind them. First, a has 20 clicks
     * in 20 views and b 6; second, both have half of it: examination 1 and 0.5, relevance 1 and
     * 0.3.
     */
    @BeforeEach
    void write() throws IOException {
        List<String> eventLines = new ArrayList<>();
        List<String> resultLines = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            boolean first = i % 2 == 0;
            resultLines.add(
                    "{\"request_id\": \"r%d\", \"tenant\": \"t\", \"query\": \"tea \\\"pots\\\"\", \"results\": [{\"index\": 0, \"id\": \"%s\"}, {\"index\": 1, \"id\": \"%s\"}, {\"index\": 2, \"id\": \"c\"}, {\"index\": 3, \"id\": \"unseen\"}]}"
                            .formatted(i, first ? "a" : "b", first ? "b" : "a"));
            eventLines.add(plain(i, "a", first || i % 4 == 1));
            eventLines.add(plain(i, "b", i < (first ? 6 : 12)));
            eventLines.add(plain(i, "c", false));
        }
        events = Files.write(directory.resolve("events.jsonl"), eventLines);
        results = Files.write(directory.resolve("results.jsonl"), resultLines);
        judgments = directory.resolve("out");
    }

    private static String plain(int request, String document, boolean clicked) {
        return "{\"request_id\": \"r%d\", \"id\": \"%s\", \"clicked\": %s}"
                .formatted(request, document, clicked);
    }

    private int run(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "judgments",
                                "--events",
                                events.toString(),
                                "--results",
                                results.toString(),
                                "--out",
                                judgments.toString()));
        arguments.addAll(List.of(more));
        return Workbench.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void judgesWhatWasShownAndNothingElse() throws IOException {
        assertThat(run()).isZero();

        assertThat(QrelsReader.read(judgments.resolve("judgments.qrels")).judgments())
                .isEqualTo(Map.of("r0", Map.of("a", 3, "b", 2)));
        assertThat(Files.readAllLines(judgments.resolve("judgments.tsv")))
                .satisfiesExactly(
                        header ->
                                assertThat(header)
                                        .isEqualTo(
                                                "query\tdocument\tgrade\trelevance\tlow\thigh\t"
                                                        + "views\tclicks"),
                        a -> assertThat(a).matches("r0\ta\t3\t1\\.0000\t0\\.9.*\t1\\.0000\t40\t30"),
                        b -> assertThat(b).startsWith("r0\tb\t2\t0.3000\t0.1").endsWith("\t40\t9"));
        assertThat(judgments.resolve("queries.jsonl"))
                .hasContent("{\"_id\":\"r0\",\"text\":\"tea \\\"pots\\\"\"}");
        assertThat(Files.readAllLines(judgments.resolve("examination.tsv")))
                .containsExactly(
                        "rank\texamination\tviews\tclicks",
                        "1\t1.0000\t40\t26",
                        "2\t0.5000\t40\t13",
                        "3\t\t40\t0");
        assertThat(out.toString())
                .contains("120 events\n40 results, of which 40 were viewed\n39 clicks counted\n")
                .contains("2 documents of 1 queries judged; 0 viewed too seldom, 1 only at ranks")
                .contains("Assumed (position-based click model)")
                .contains("Ranks without examination");
    }

    @Test
    void theSameInputGivesTheSameBytes() throws IOException {
        run();
        byte[] before = Files.readAllBytes(judgments.resolve("judgments.tsv"));
        run();

        assertThat(Files.readAllBytes(judgments.resolve("judgments.tsv"))).isEqualTo(before);
    }

    @Test
    void whatCannotBeDoneIsSaid() throws IOException {
        assertThat(run("--min-views", "41")).isEqualTo(2);
        assertThat(err.toString())
                .contains("error: no document can be judged: of 40 results 40 were viewed");
        assertThat(run("--grades", "0.4,0.2")).isEqualTo(2);
        assertThat(err.toString()).contains("--grades must ascend between 0 and 1");
        assertThat(run("--events-topic", "clicks")).isEqualTo(2);
        assertThat(err.toString())
                .contains("name the events in one way: --events or --events-topic");
        events = directory.resolve("nowhere");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("nowhere: does not exist");
    }
}
