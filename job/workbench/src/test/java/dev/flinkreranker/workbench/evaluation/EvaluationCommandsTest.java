package dev.flinkreranker.workbench.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.workbench.compare.CompareCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFFquery-id\tcorpus-id\tscore\n", "\uFEFF"})
    void judgmentsWithAByteOrderMarkLoseNoQuery(String head) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(QRELS));
        Path qrels = directory.resolve("bom.qrels");
        Files.writeString(
                qrels,
                head
                        + lines.stream()
                                .skip(1)
                                .map(
                                        line ->
                                                head.length() > 1
                                                        ? line
                                                        : line.replaceFirst("\t", " 0 "))
                                .collect(Collectors.joining("\n")));

        assertThat(evaluate("--run", RUN, "--qrels", qrels.toString())).isZero();

        assertThat(out.toString().replaceAll(" +", " "))
                .contains("queries 300 evaluated; 300 in the run, 300 judged")
                .contains("ndcg@10 0.6634\n");
    }

    @Test
    void zstandardAndStandardInputAreAsThePlainFile() throws IOException {
        byte[] plain;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of(RUN)))) {
            plain = in.readAllBytes();
        }
        Path packed = directory.resolve("bm25.run.zst");
        try (OutputStream to = new ZstdOutputStream(Files.newOutputStream(packed))) {
            to.write(plain);
        }
        assertThat(evaluate("--run", packed.toString(), "--qrels", QRELS)).isZero();
        assertThat(out.toString().replaceAll(" +", " ")).contains("ndcg@10 0.6634\n");

        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(plain));
        try {
            assertThat(evaluate("--run", "-", "--qrels", QRELS)).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(out.toString().replaceAll(" +", " "))
                .contains("run - (bm25)")
                .contains("ndcg@10 0.6634\n");
    }

    @Test
    void relevanceLevelIsThatOfTheMeasureOrOfTheOption() throws IOException {
        Path run = directory.resolve("dl.run");
        Path qrels = directory.resolve("dl.qrels");
        Files.writeString(run, "1 Q0 a 1 3 x\n1 Q0 b 2 2 x\n1 Q0 c 3 1 x\n");
        Files.writeString(qrels, "1 0 a 1\n1 0 b 3\n1 0 c 2\n1 0 d 2\n");
        String measures = "AP,RR@10,R@2,P(rel=1)@2,Success@1,nDCG@10";

        assertThat(
                        evaluate(
                                "--run",
                                run.toString(),
                                "--qrels",
                                qrels.toString(),
                                "-m",
                                measures,
                                "-l",
                                "2",
                                "--fail-if",
                                "AP < 0.5",
                                "--fail-if",
                                "P(rel=1)@2 < 1"))
                .isEqualTo(1);

        // At level 2: (1/2 + 2/3) / 3; ranks 2 and 3 of three relevant passages.
        assertThat(out.toString().replaceAll(" +", " "))
                .contains("map(rel=2) 0.3889\n")
                .contains("mrr(rel=2)@10 0.5000\n")
                .contains("recall(rel=2)@2 0.3333\n")
                .contains("p@2 1.0000\n")
                .contains("success(rel=2)@1 0.0000\n")
                .contains("ndcg@10 0.6838\n");
        assertThat(err.toString()).isEqualTo("failed: map(rel=2) < 0.5 (it is 0.3889)\n");
        assertThat(evaluate("--run", run.toString(), "--qrels", qrels.toString(), "-l", "0"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("\"0\" is no grade");
    }

    @Test
    void queriesThatAreDocumentsMayLeaveThemselvesOut() throws IOException {
        Path run = directory.resolve("arg.run");
        Path qrels = directory.resolve("arg.tsv");
        Files.writeString(
                run, "a Q0 a 1 3 x\na Q0 b 2 2 x\na Q0 c 3 1 x\nb Q0 b 1 2 x\nb Q0 a 2 1 x\n");
        Files.writeString(qrels, "query-id\tcorpus-id\tscore\na\tc\t1\nb\ta\t1\n");
        String[] asked = {"--run", run.toString(), "--qrels", qrels.toString(), "-m", "ndcg@10"};

        assertThat(evaluate(asked)).isZero();
        // Ranks 3 and 2: (1/2 + 1/log2(3)) / 2.
        assertThat(out.toString().replaceAll(" +", " ")).contains("ndcg@10 0.5655\n");
        String[] without = Arrays.copyOf(asked, asked.length + 1);
        without[asked.length] = "--leave-out-self";
        assertThat(evaluate(without)).isZero();
        // Ranks 2 and 1: (1/log2(3) + 1) / 2.
        assertThat(out.toString().replaceAll(" +", " ")).contains("ndcg@10 0.8155\n");
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
