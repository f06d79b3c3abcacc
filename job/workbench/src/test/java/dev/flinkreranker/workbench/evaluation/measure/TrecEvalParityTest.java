package dev.flinkreranker.workbench.evaluation.measure;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import dev.flinkreranker.workbench.evaluation.trec.RunReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.gla.terrier.jtreceval.trec_eval;

/** Every printed digit against trec_eval itself, per query and in the mean. */
class TrecEvalParityTest {

    /** Our measure by trec_eval's name for it. */
    private static final Map<String, Measure> NAMES =
            new TreeMap<>(
                    Map.ofEntries(
                            entry("ndcg_cut_5", Measure.parse("ndcg@5")),
                            entry("ndcg_cut_10", Measure.parse("ndcg@10")),
                            entry("ndcg", Measure.parse("ndcg")),
                            entry("recip_rank", Measure.parse("mrr")),
                            entry("map", Measure.parse("map")),
                            entry("recall_5", Measure.parse("recall@5")),
                            entry("recall_100", Measure.parse("recall@100")),
                            entry("P_5", Measure.parse("p@5")),
                            entry("P_100", Measure.parse("p@100")),
                            entry("success_1", Measure.parse("success@1")),
                            entry("success_5", Measure.parse("success@5"))));

    /** Above every grade of the random judgments too, where nothing is relevant. */
    private static final int HIGHEST_LEVEL = 4;

    @TempDir Path directory;

    @BeforeAll
    static void needsTheBinary() {
        assumeTrue(trec_eval.isPlatformSupported(), "trec_eval has no binary for this platform");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void randomRunsAgree(long seed) throws IOException {
        Random random = new Random(seed);
        Path run = directory.resolve("random.run");
        Path qrels = directory.resolve("random.qrels");
        writeRandom(random, run, qrels);

        for (Evaluation.Averaging averaging : Evaluation.Averaging.values()) {
            for (int level = 1; level <= HIGHEST_LEVEL; level++) {
                assertAgrees(run, qrels, averaging, level);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Evaluation.Averaging.class)
    void mrrWithCutoffIsThatOfTheCutRun(Evaluation.Averaging averaging) throws IOException {
        Path run = directory.resolve("random.run");
        Path qrels = directory.resolve("random.qrels");
        writeRandom(new Random(99), run, qrels);
        Measure measure = Measure.parse("mrr@3");
        Evaluation ours =
                Evaluation.of(
                        RunReader.read(run), QrelsReader.read(qrels), List.of(measure), averaging);

        String[] options = {"-M", "3"};
        String theirs = null;
        for (String[] row : trecEval(run, qrels, averaging, options)) {
            if (row[0].equals("recip_rank") && row[1].equals("all")) {
                theirs = row[2];
            }
        }
        assertThat(FourDigits.format(ours.mean(measure))).isEqualTo(theirs);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void passagesOfTheQuerysOwnIdAreLeftOut(int level) throws IOException {
        Path run = directory.resolve("self.run");
        Path without = directory.resolve("without.run");
        Path qrels = directory.resolve("self.qrels");
        writeRandom(new Random(77), run, qrels);
        List<String> lines = Files.readAllLines(run);
        Files.write(without, lines);
        for (int query = 0; query < 40; query += 2) {
            lines.add("q%d Q0 q%d 0 9 tag".formatted(query, query));
        }
        Files.write(run, lines);
        Measure measure = Measure.parse("ndcg@10");

        Evaluation ours =
                Evaluation.of(
                        RunReader.read(run).withoutSelf(),
                        QrelsReader.read(qrels),
                        List.of(measure, Measure.parse("map").orLevel(level)),
                        Evaluation.Averaging.RANKED);

        for (String[] row :
                trecEval(without, qrels, Evaluation.Averaging.RANKED, "-l", "" + level)) {
            if (row[1].equals("all") && (row[0].equals("ndcg_cut_10") || row[0].equals("map"))) {
                Measure asked = row[0].equals("map") ? ours.measures().get(1) : measure;
                assertThat(FourDigits.format(ours.mean(asked))).isEqualTo(row[2]);
            }
        }
    }

    private static void assertAgrees(
            Path run, Path qrels, Evaluation.Averaging averaging, int level) throws IOException {
        Evaluation ours =
                Evaluation.of(
                        RunReader.read(run),
                        QrelsReader.read(qrels),
                        NAMES.values().stream().map(m -> m.orLevel(level)).toList(),
                        averaging);
        int compared = 0;
        for (String[] row : trecEval(run, qrels, averaging, "-l", "" + level)) {
            if (!NAMES.containsKey(row[0])) {
                continue;
            }
            Measure measure = NAMES.get(row[0]).orLevel(level);
            double value =
                    row[1].equals("all")
                            ? ours.mean(measure)
                            : ours.perQuery().get(row[1]).get(measure);
            assertThat(FourDigits.format(value))
                    .as("%s of query %s, %s, level %d", row[0], row[1], averaging, level)
                    .isEqualTo(row[2]);
            compared++;
        }
        // Queries that were judged and not ranked appear only in trec_eval's mean.
        int queries = ours.counts().inQrels() - ours.counts().missingInRun();
        assertThat(compared).isEqualTo(NAMES.size() * (queries + 1));
    }

    private static List<String[]> trecEval(
            Path run, Path qrels, Evaluation.Averaging averaging, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-q"));
        if (averaging == Evaluation.Averaging.COMPLETE) {
            arguments.add("-c");
        }
        Collections.addAll(arguments, options);
        for (String measure :
                List.of(
                        "ndcg_cut.5,10",
                        "ndcg",
                        "recip_rank",
                        "map",
                        "recall.5,100",
                        "P.5,100",
                        "success.1,5")) {
            arguments.add("-m");
            arguments.add(measure);
        }
        arguments.add(qrels.toString());
        arguments.add(run.toString());
        trec_eval binary = new trec_eval();
        String[][] rows = binary.runAndGetOutput(arguments.toArray(String[]::new));
        assertThat(binary.getLastExitCode()).isZero();
        List<String[]> stripped = new ArrayList<>();
        for (String[] row : rows) {
            stripped.add(new String[] {row[0].strip(), row[1].strip(), row[2].strip()});
        }
        return stripped;
    }

    /**
     * Forty queries with few distinct scores (ties), scores that differ below float32, grades from
     * -1 to 3, queries without a relevant passage, and queries in only one of the files.
     */
    private static void writeRandom(Random random, Path run, Path qrels) throws IOException {
        StringBuilder runLines = new StringBuilder();
        StringBuilder qrelsLines = new StringBuilder();
        for (int query = 0; query < 40; query++) {
            List<Integer> pool = new ArrayList<>();
            for (int passage = 0; passage < 120; passage++) {
                pool.add(passage);
            }
            Collections.shuffle(pool, random);
            if (query % 9 != 3) {
                int ranked = 1 + random.nextInt(query % 2 == 0 ? 8 : 110);
                for (int rank = 1; rank <= ranked; rank++) {
                    double score = random.nextInt(6) - 2 + random.nextInt(3) * 1e-9;
                    runLines.append(
                            "q%d Q0 d%d %d %s tag%n"
                                    .formatted(query, pool.get(rank - 1), rank, score));
                }
            }
            if (query % 11 != 5) {
                Collections.shuffle(pool, random);
                boolean hopeless = query % 7 == 0;
                int judged = 1 + random.nextInt(40);
                for (int i = 0; i < judged; i++) {
                    int grade = hopeless ? 0 : random.nextInt(5) - 1;
                    qrelsLines.append("q%d 0 d%d %d%n".formatted(query, pool.get(i), grade));
                }
            }
        }
        Files.writeString(run, runLines);
        Files.writeString(qrels, qrelsLines);
    }
}
