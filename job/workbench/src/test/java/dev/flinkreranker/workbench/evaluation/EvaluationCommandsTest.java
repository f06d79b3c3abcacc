package dev.flinkreranker.workbench.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.workbench.compare.CompareCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on the real data set, whose figures trec_eval printed. */
class EvaluationCommandsTest {

    private static final String RUN = "data/scifact/bm25.test.run.gz";
    private static final String QRELS = "data/scifact/qrels/test.tsv";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path directory;

    @Test
    void evaluatePrintsTheFiguresOfTrecEval() {
        assertThat(evaluate("--run", RUN, "--qrels", QRELS)).isZero();

        assertThat(out.toString().replaceAll(" +", " "))
                .contains("queries 300 evaluated; 300 in the run, 300 judged")
                .contains("ndcg@10 0.6634\n")
                .contains("mrr@10 0.6325\n")
                .contains("recall@100 0.8976\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void evaluateAsJsonPerQuery() throws IOException {
        assertThat(
                        evaluate(
                                "--run",
                                RUN,
                                "--qrels",
                                QRELS,
                                "--measure",
                                "p@1,mrr",
                                "--json",
                                "-q",
                                "--baseline",
                                RUN))
                .isZero();

        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/queries/evaluated").asInt()).isEqualTo(300);
        assertThat(json.at("/per_query")).hasSize(300);
        assertThat(json.at("/per_query/1").fieldNames()).toIterable().containsExactly("p@1", "mrr");
        assertThat(json.at("/baseline")).isEqualTo(json.at("/measures"));
        assertThat(json.at("/failed")).isEmpty();
    }

    @Test
    void gateDecidesTheExitCode() {
        assertThat(evaluate("--run", RUN, "--qrels", QRELS, "--fail-if", "ndcg@10 < 0.66"))
                .isZero();
        assertThat(
                        evaluate(
                                "--run",
                                RUN,
                                "--qrels",
                                QRELS,
                                "--fail-if",
                                "ndcg@10 < 0.7",
                                "--fail-if",
                                "map < 0.1"))
                .isEqualTo(1);
        assertThat(err.toString()).isEqualTo("failed: ndcg@10 < 0.7 (it is 0.6634)\n");
    }

    @Test
    void badInputIsExitCodeTwo() {
        assertThat(evaluate("--run", RUN, "--qrels", QRELS, "--measure", "ndgc@10")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown measure \"ndgc@10\"; known are ndcg@K");
        assertThat(evaluate("--run", RUN, "--qrels", QRELS, "--fail-if", "ndcg")).isEqualTo(2);
        assertThat(err.toString()).contains("not of the form FIGURE < NUMBER");
        assertThat(evaluate("--run", RUN)).isEqualTo(2);
    }

    @Test
    void compareFindsWhatWasChanged() throws IOException {
        Path swapped = directory.resolve("swapped.run");
        Path original = directory.resolve("original.run");
        Path qrels = directory.resolve("qrels");
        Files.writeString(original, "1 Q0 a 1 2 x\n1 Q0 b 2 1 x\n2 Q0 c 1 2 x\n2 Q0 d 2 1 x\n");
        Files.writeString(swapped, "1 Q0 b 1 2 y\n1 Q0 a 2 1 y\n2 Q0 c 1 2 y\n2 Q0 d 2 1 y\n");
        Files.writeString(qrels, "1 0 b 1\n2 0 c 1\n");

        assertThat(compare(original.toString(), swapped.toString())).isZero();
        assertThat(out.toString().replaceAll(" +", " "))
                .contains("over the 2 queries in both (0 only in A, 0 only in B)")
                .contains("changed_top1 0.5000\n")
                .contains("1 a 1 2\n")
                .doesNotContain("Quality");

        assertThat(
                        compare(
                                swapped.toString(),
                                original.toString(),
                                "--qrels",
                                qrels.toString(),
                                "-m",
                                "mrr",
                                "-q",
                                "--json",
                                "--fail-if",
                                "mrr < -0.2"))
                .isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/quality/measures/mrr/delta").asDouble()).isEqualTo(-0.25);
        assertThat(json.at("/quality/per_query/1/mrr").asDouble()).isEqualTo(-0.5);
        assertThat(json.at("/failed/0").asText()).isEqualTo("mrr < -0.2");
    }

    @Test
    void comparedWithItselfNothingDiffers() {
        assertThat(compare(RUN, RUN, "--qrels", QRELS)).isZero();

        assertThat(out.toString().replaceAll(" +", " "))
                .contains("overlap@10 1.0000\nrbo 1.0000\ntau 1.0000\nchanged_top1 0.0000\n")
                .contains("ndcg@10 0.6634 0.6634 0.0000 0.0000 0.0000 1.0000 0 300 0\n")
                .doesNotContain("moved most");
        assertThat(compare(RUN, RUN, "--depth", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--depth must be at least 1");
    }

    private int evaluate(String... arguments) {
        return execute(new EvaluateCommand(), arguments);
    }

    private int compare(String... arguments) {
        return execute(new CompareCommand(), arguments);
    }

    private int execute(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
