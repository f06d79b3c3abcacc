package dev.flinkreranker.workbench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.dataset.FirstClaims;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import uk.ac.gla.terrier.jtreceval.trec_eval;

/** The command with the real small model on some claims of SciFact. */
class ReplayScifactITCase {
    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");
    private static final int QUERIES = 8;
    private static final Map<String, String> TREC_NAMES =
            Map.of(
                    "ndcg@10", "ndcg_cut_10",
                    "map", "map",
                    "recall@10", "recall_10",
                    "p@10", "P_10");

    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private List<String> input;

    @BeforeEach
    void writeInput() throws Exception {
        input = FirstClaims.options(QUERIES, directory);
    }

    @Test
    void theFiguresAreThoseOfTrecEvalAndTheBytesAreTheSameAgain() throws Exception {
        assumeTrue(trec_eval.isPlatformSupported(), "trec_eval has no binary for this platform");
        assertThat(replay("one")).as(err.toString()).isZero();
        assertThat(replay("two")).as(err.toString()).isZero();

        JsonNode summary =
                new JsonMapper().readTree(directory.resolve("one/summary.json").toFile());
        assertThat(summary.get("requests").intValue()).isEqualTo(QUERIES);
        assertThat(summary.get("contenders")).hasSize(3);
        for (JsonNode contender : summary.get("contenders")) {
            String name = contender.get("name").textValue();
            Path run = directory.resolve("one/runs").resolve(name + ".trec");
            TREC_NAMES.forEach(
                    (ours, theirs) ->
                            assertThat(
                                            FourDigits.format(
                                                    contender
                                                            .at("/measures/" + ours)
                                                            .doubleValue()))
                                    .as("%s of %s", ours, name)
                                    .isEqualTo(trecEval(run, theirs)));
            assertThat(directory.resolve("two/runs").resolve(name + ".trec"))
                    .hasSameBinaryContentAs(run);
        }
        assertThat(directory.resolve("two/summary.json"))
                .hasSameBinaryContentAs(directory.resolve("one/summary.json"));
        assertThat(summary.at("/contenders/2/measures/ndcg@10").doubleValue())
                .as("the whole model is better than its first half")
                .isGreaterThan(summary.at("/contenders/1/measures/ndcg@10").doubleValue());
        assertThat(summary.at("/contenders/2/flops").doubleValue())
                .isGreaterThan(1.5 * summary.at("/contenders/1/flops").doubleValue());
        assertThat(Files.readString(directory.resolve("one/report.html")))
                .contains("cutoff_layers=3");

        // Once more on the same directory: nothing is scored, only evaluated.
        assertThat(replay("one", "--fail-if", "ndcg@10 < 0.9")).isEqualTo(1);
        assertThat(err.toString())
                .contains("going on with", "cutoff_layers=6:", "failed: ndcg@10 < 0.9 (it is ");
        assertThat(out.toString()).contains("first-stage", "cutoff_layers=3", "ndcg@10");

        Path report = directory.resolve("one/report.html");
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no device here is always full");
        Files.delete(report);
        Files.createSymbolicLink(report, full);
        assertThat(replay("one")).isNotZero();
        assertThat(err.toString())
                .contains(
                        directory.resolve("one") + ": No space left on device; make room and run");
        Files.delete(report);
        assertThat(replay("one")).as(err.toString()).isZero();
    }

    private int replay(String name, String... more) {
        CommandLine command =
                new CommandLine(new ReplayCommand())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        List<String> own =
                List.of(
                        "--depth=5",
                        "--model=" + MODEL,
                        "--grid=cutoff_layers=3,6",
                        "--grid=max_length=128",
                        "--checkpoint-seconds=0.2",
                        "--out=" + directory.resolve(name));
        List<String> arguments = new ArrayList<>(input);
        arguments.addAll(own);
        arguments.addAll(List.of(more));
        return command.execute(arguments.toArray(String[]::new));
    }

    private String trecEval(Path run, String measure) {
        Path qrels = directory.resolve("trec.qrels");
        try {
            StringBuilder lines = new StringBuilder();
            for (String line : Files.readAllLines(FirstClaims.DATA.resolve("qrels/test.tsv"))) {
                String[] fields = line.split("\t");
                if (!fields[0].equals("query-id")) {
                    lines.append(fields[0] + " 0 " + fields[1] + " " + fields[2] + "\n");
                }
            }
            Files.writeString(qrels, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String asked = measure.replaceAll("_(\\d+)$", ".$1");
        String[][] rows =
                new trec_eval()
                        .runAndGetOutput(
                                new String[] {"-m", asked, qrels.toString(), run.toString()});
        return rows[0][2].strip();
    }
}
