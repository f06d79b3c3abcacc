package dev.flinkreranker.workbench.report;

import dev.flinkreranker.workbench.calibration.NothingRelevant;
import dev.flinkreranker.workbench.calibration.Reliability;
import dev.flinkreranker.workbench.report.ReportData.Configuration;
import dev.flinkreranker.workbench.report.ReportData.Cost;
import dev.flinkreranker.workbench.report.ReportData.Decision;
import dev.flinkreranker.workbench.report.ReportData.Difference;
import dev.flinkreranker.workbench.report.ReportData.Histogram;
import dev.flinkreranker.workbench.report.ReportData.Passage;
import dev.flinkreranker.workbench.report.ReportData.Problem;
import dev.flinkreranker.workbench.report.ReportData.Query;
import dev.flinkreranker.workbench.report.ReportData.Ranked;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A report's data of realistic size and shape, with text that tries to become markup. */
public final class SampleReport {
    /** Sets {@code window.broken} if any text of the report is taken for markup or script. */
    public static final String HOSTILE =
            "</script><script>window.broken=1</script><img src=x onerror=\"window.broken=1\">&lt;b&gt;";

    private static final int LAYERS = 4;
    private static final int QUERIES = 300;
    private static final long SEED = 7;

    private SampleReport() {}

    /** Three hundred labelled queries, the first stage and four cutoff layers. */
    public static ReportData labelled() {
        return sample(true);
    }

    /** The same without labels. */
    public static ReportData unlabelled() {
        return sample(false);
    }

    /** Some cascades of three hundred labelled queries. */
    public static TuningData tuning() {
        TuningData.Point full = new TuningData.Point("all > layer 12", 1, 9.1e11, 0.7310);
        TuningData.Point cascade =
                new TuningData.Point("30 > layer 6 z_sum 0.3 > 5 > layer 12", 0.2, 1.8e11, 0.7300);
        TuningData.HeldOut half =
                new TuningData.HeldOut(
                        "A", "B", HOSTILE, 150, 0.21, 0.72, 0.73, -0.01, -0.02, 0.004, 0.13);
        return new TuningData(
                "Tuning scifact " + HOSTILE,
                "scifact, 300 judged requests " + HOSTILE,
                "ndcg@10",
                300,
                2700,
                "Take 30 > layer 6 z_sum 0.3 > 5 > layer 12. " + HOSTILE,
                full,
                0.679,
                cascade,
                List.of(half, half, half),
                List.of(new TuningData.Point("all > layer 6", 0.5, 4.5e11, 0.702), full),
                List.of(
                        new TuningData.Point("10 > layer 6", 0.05, 4.5e10, 0.69),
                        cascade,
                        new TuningData.Point("all > layer 9 > 20 > layer 12", 0.95, 8e11, 0.733)),
                List.of(
                        new TuningData.Point("at most 5.0 %", 0.05, 4.5e10, 0.685),
                        new TuningData.Point("at most 20.0 %", 0.19, 1.7e11, 0.722)),
                calibrated(),
                "model: m3\nstages:\n  - {candidates: 30, by: first_stage} # " + HOSTILE + "\n");
    }

    private static TuningData.Calibrated calibrated() {
        return new TuningData.Calibrated(
                1500,
                270,
                new Reliability(
                        0.2731,
                        0.3312,
                        List.of(
                                new Reliability.Bin(0.04, 0.01, 700),
                                new Reliability.Bin(0.55, 0.08, 300),
                                new Reliability.Bin(0.97, 0.48, 500))),
                new Reliability(
                        0.0912,
                        0.0123,
                        List.of(
                                new Reliability.Bin(0.03, 0.02, 900),
                                new Reliability.Bin(0.44, 0.41, 400),
                                new Reliability.Bin(0.86, 0.88, 200))),
                new NothingRelevant(300, 48, 25, 22),
                0.7004,
                0.9583);
    }

    private static ReportData sample(boolean labelled) {
        Random random = new Random(SEED);
        List<Configuration> configurations = new ArrayList<>();
        configurations.add(
                new Configuration(
                        "first-stage",
                        "the order of the input",
                        null,
                        labelled ? List.of(0.679, 0.642, 0.638, 0.886, 0.089) : List.of(),
                        null,
                        histogram(random, 14, 4),
                        labelled ? histogram(random, 18, 4) : null,
                        null));
        for (int i = 0; i < LAYERS; i++) {
            configurations.add(layer(random, i, labelled));
        }
        List<Query> queries = new ArrayList<>();
        for (int q = 0; q < QUERIES; q++) {
            queries.add(query(random, q, labelled));
        }
        List<Passage> passages = new ArrayList<>();
        for (int p = 0; p < 40; p++) {
            passages.add(new Passage("doc-" + (4000 + 37 * p), p == 3 ? HOSTILE : passage(p)));
        }
        return new ReportData(
                "SciFact, 300 queries, BM25 first 100",
                "MiniLM layerwise on CPU in float32 " + HOSTILE,
                labelled ? List.of("nDCG@10", "RR@10", "AP", "R@100", "P@10") : List.of(),
                labelled ? "nDCG@10" : "RBO with first-stage",
                QUERIES,
                labelled ? QUERIES : 0,
                configurations,
                labelled
                        ? new Decision(
                                4,
                                3,
                                0.01,
                                0.004,
                                -0.0061,
                                0.0142,
                                "Take layer 9: of all that come within 0.0100 nDCG@10 of the best,"
                                        + " layer 12, it is the cheapest. It loses 0.0040 (95 %"
                                        + " interval -0.0061 to 0.0142) and costs 75 % of its"
                                        + " operations.")
                        : null,
                labelled ? 20.0 : null,
                queries,
                passages,
                2,
                List.of(
                        new Problem("queries/part-3.jsonl.gz", 1841, "not UTF-8 at byte 212"),
                        new Problem("queries/part-3.jsonl.gz", 1902, HOSTILE)));
    }

    private static String passage(int p) {
        return "Microstructural development of human newborn cerebral white matter assessed in"
                + " vivo by diffusion tensor magnetic resonance imaging. Alterations of the"
                + " architecture of cerebral white matter can affect cortical development. Passage "
                + p
                + " of the sample.";
    }

    private static Configuration layer(Random random, int i, boolean labelled) {
        double mean = new double[] {0.641, 0.702, 0.727, 0.731}[i];
        double delta = mean - 0.679;
        return new Configuration(
                "layer " + 3 * (i + 1),
                "scifact-minilm-layerwise, cutoff layer " + 3 * (i + 1) + ", 512 tokens",
                "scifact-minilm-layerwise",
                labelled ? List.of(mean, mean - 0.03, mean - 0.035, 0.886, 0.091) : List.of(),
                new Cost(
                        30_000,
                        8_412_113,
                        211,
                        3.1e13 * (i + 1) / LAYERS,
                        4.1 * (i + 1),
                        12.0 + i,
                        31.0 + i,
                        44.0 + i),
                histogram(random, -2 + i, 2.5),
                labelled ? histogram(random, 2 + i, 2) : null,
                new Difference(
                        labelled ? delta : null,
                        labelled ? delta - 0.022 : null,
                        labelled ? delta + 0.021 : null,
                        labelled ? 0.00004 + 0.03 * i : null,
                        labelled ? 120 + 5 * i : null,
                        labelled ? 100 : null,
                        labelled ? 80 - 5 * i : null,
                        0.58,
                        0.61 + 0.01 * i,
                        0.41,
                        0.39));
    }

    private static Query query(Random random, int q, boolean labelled) {
        List<Double> values = new ArrayList<>();
        double start = random.nextInt(4) == 0 ? 0 : random.nextDouble();
        values.add(labelled ? start : 1.0);
        for (int i = 0; i < LAYERS; i++) {
            double moved = start + random.nextGaussian() * 0.25 + 0.03 * i;
            values.add(random.nextInt(3) == 0 ? start : Math.max(0, Math.min(1, moved)));
        }
        List<List<Ranked>> rankings = new ArrayList<>();
        if (q < 25) {
            List<Integer> order = new ArrayList<>();
            for (int p = 0; p < 12; p++) {
                order.add((q + p) % 40);
            }
            for (int c = 0; c <= LAYERS; c++) {
                Collections.shuffle(order, random);
                List<Ranked> ranked = new ArrayList<>();
                for (int p = 0; p < 10; p++) {
                    Integer relevance = null;
                    if (labelled && order.get(p) % 5 == 0) {
                        relevance = order.get(p) % 2;
                    }
                    ranked.add(new Ranked(order.get(p), 9.5 - p, relevance));
                }
                rankings.add(ranked);
            }
        }
        String claim = "1,000 genomes project enables mapping of genetic sequence variation";
        return new Query(
                Integer.toString(q + 1),
                q == 2 ? HOSTILE : "Claim " + (q + 1) + ": " + claim,
                values,
                rankings);
    }

    private static Histogram histogram(Random random, double mean, double deviation) {
        List<Long> counts = new ArrayList<>();
        double low = mean - 3 * deviation;
        double width = deviation * 6 / 40;
        for (int i = 0; i < 40; i++) {
            double x = (low + (i + 0.5) * width - mean) / deviation;
            counts.add((long) (2000 * Math.exp(-x * x / 2) * (0.9 + 0.2 * random.nextDouble())));
        }
        return new Histogram(low, width, counts);
    }
}
