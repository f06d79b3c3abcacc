package dev.flinkreranker.workbench.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.workbench.evaluation.Gate;
import dev.flinkreranker.workbench.evaluation.measure.Evaluation;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {

    private static final Offset<Double> EXACT = within(1e-12);

    @Test
    void pairedTestIsThatOfTheTextbook() {
        // Student's sleep data (1908): t = 4.0621 with 9 degrees of freedom, p = 0.00283289.
        double[] deltas = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};

        PairedDeltas paired = PairedDeltas.of(deltas, 42);

        assertThat(paired.mean()).isCloseTo(1.58, EXACT);
        assertThat(paired.pValue()).isCloseTo(0.00283289, within(1e-8));
        assertThat(List.of(paired.wins(), paired.ties(), paired.losses())).containsExactly(9, 1, 0);
        // The normal approximation is 1.58 -+ 1.96 * 1.23 / sqrt(10) = [0.82, 2.34].
        assertThat(paired.low()).isBetween(0.75, 1.05);
        assertThat(paired.high()).isBetween(2.2, 2.5);
    }

    @Test
    void bootstrapIsAFunctionOfTheSeed() {
        double[] deltas = new Random(5).doubles(40, -1, 1).toArray();

        assertThat(PairedDeltas.of(deltas, 7)).isEqualTo(PairedDeltas.of(deltas, 7));
        assertThat(PairedDeltas.of(deltas, 8).low()).isNotEqualTo(PairedDeltas.of(deltas, 7).low());
    }

    @Test
    void degenerateDifferences() {
        assertThat(PairedDeltas.of(new double[] {0, 0, 0}, 1))
                .isEqualTo(new PairedDeltas(0, 0, 3, 0, 1, 0, 0));
        assertThat(PairedDeltas.of(new double[] {0.5, 0.5}, 1).pValue()).isZero();
        assertThat(PairedDeltas.of(new double[] {0.5}, 1).pValue()).isNaN();
    }

    @Test
    void rankBiasedOverlapByHand() {
        List<ScoredPassage> a = ranking("a", "b", "c");

        assertThat(RankAgreement.rankBiasedOverlap(a, a, 0.9)).isCloseTo(1, EXACT);
        assertThat(RankAgreement.rankBiasedOverlap(a, ranking("x", "y", "z"), 0.9)).isZero();
        // Overlap 0, 1, 1 at depths 1, 2, 3: 0.1/0.9 * (0 + 0.81 + 0.729) + 1 * 0.729.
        assertThat(RankAgreement.rankBiasedOverlap(a, ranking("b", "a", "c"), 0.9))
                .isCloseTo(0.1 / 0.9 * (0.81 + 0.729) + 0.729, EXACT);
        // Equation 32 for a prefix of the other list: s = 1, l = 3.
        double sum = 0.9 + 0.81 / 2 + 0.729 / 3 + 0.81 * (1 / 2.0) + 0.729 * (2 / 3.0);
        assertThat(RankAgreement.rankBiasedOverlap(a, ranking("a"), 0.9))
                .isCloseTo(0.1 / 0.9 * sum + 0.729, EXACT);
    }

    @Test
    void overlapAndTau() {
        List<ScoredPassage> a = ranking("a", "b", "c", "d");

        assertThat(RankAgreement.overlap(a, ranking("b", "a", "x", "y"), 2)).isEqualTo(1);
        assertThat(RankAgreement.overlap(a, ranking("b", "a", "x", "y"), 10)).isEqualTo(0.5);
        assertThat(RankAgreement.kendallTauB(a, a)).isCloseTo(1, EXACT);
        assertThat(RankAgreement.kendallTauB(a, ranking("d", "c", "b", "a"))).isCloseTo(-1, EXACT);
        // Pairs: 3 untied in the second ranking out of 3, 2 in the first: 2 / sqrt(2 * 3).
        List<ScoredPassage> tied =
                List.of(
                        new ScoredPassage("a", 2),
                        new ScoredPassage("b", 1),
                        new ScoredPassage("c", 1));
        assertThat(RankAgreement.kendallTauB(tied, ranking("a", "b", "c")))
                .isCloseTo(2 / Math.sqrt(6), EXACT);
        assertThat(RankAgreement.kendallTauB(a, ranking("a"))).isNaN();
    }

    @Test
    void ordersAreComparedOverTheQueriesOfBothRuns() {
        Run a =
                run(
                        Map.of(
                                "1",
                                ranking("a", "b", "c"),
                                "2",
                                ranking("a", "b"),
                                "only a",
                                ranking("x")));
        Run b = run(Map.of("1", ranking("c", "b", "a"), "2", ranking("a", "b")));

        OrderComparison orders = OrderComparison.of(a, b, 2);

        assertThat(orders.queries()).isEqualTo(2);
        assertThat(orders.onlyInA()).isEqualTo(1);
        assertThat(orders.onlyInB()).isZero();
        assertThat(orders.overlap()).isEqualTo(0.75);
        assertThat(orders.kendallTauB()).isCloseTo(0, EXACT);
        assertThat(orders.changedFirst()).isEqualTo(0.5);
        assertThat(orders.movers())
                .containsExactly(
                        new OrderComparison.Mover("1", "a", 1, 3),
                        new OrderComparison.Mover("1", "c", 3, 1));
        Run other = run(Map.of("9", ranking("a")));
        assertThatThrownBy(() -> OrderComparison.of(a, other, 2))
                .hasMessage("the two runs have no query in common");
    }

    @Test
    void qualityIsBMinusA() {
        Qrels qrels =
                new Qrels(Map.of("1", Map.of("a", 1), "2", Map.of("b", 1), "3", Map.of("a", 1)));
        Run a = run(Map.of("1", ranking("b", "a"), "2", ranking("b", "a"), "3", ranking("a")));
        Run b = run(Map.of("1", ranking("a", "b"), "2", ranking("b", "a")));
        Measure mrr = Measure.parse("mrr");

        QualityComparison quality =
                QualityComparison.of(evaluate(a, qrels, mrr), evaluate(b, qrels, mrr), 42);

        assertThat(quality.queries()).isEqualTo(2);
        assertThat(quality.meanA().get(mrr)).isEqualTo(0.75);
        assertThat(quality.meanB().get(mrr)).isEqualTo(1);
        assertThat(quality.deltas().get(mrr).mean()).isEqualTo(0.25);
        assertThat(quality.largestChanges(mrr, 5)).containsExactly("1");
        assertThat(quality.figures()).containsEntry("mrr", 0.25).containsEntry("mrr.a", 0.75);
    }

    @Test
    void gatesTripOnTheirConditionAndOnWhatIsNoNumber() {
        Map<String, Double> figures =
                new LinkedHashMap<>(Map.of("ndcg@10", 0.7, "tau", Double.NaN));

        assertThat(Gate.parse("ndcg@10 < 0.7").trips(figures)).isFalse();
        assertThat(Gate.parse("ndcg@10<=0.7").trips(figures)).isTrue();
        assertThat(Gate.parse(" ndcg@10 > .69 ").trips(figures)).isTrue();
        assertThat(Gate.parse("ndcg@10 >= 0.71").trips(figures)).isFalse();
        assertThat(Gate.parse("ndcg@10 < -0.01").trips(figures)).isFalse();
        for (String sign : List.of("<", "<=", ">", ">=")) {
            assertThat(Gate.parse("tau " + sign + " 0").trips(figures)).isTrue();
        }
        assertThatThrownBy(() -> Gate.parse("map < 1").trips(figures))
                .hasMessageStartingWith("no figure map; there are ");
        assertThatThrownBy(() -> Gate.parse("ndcg@10 == 1"))
                .hasMessageContaining("FIGURE < NUMBER");
    }

    @Test
    void measureNames() {
        assertThat(Measure.parse("nDCG@10")).isEqualTo(new Measure(Measure.Kind.NDCG, 10));
        assertThat(Measure.parse("mrr")).hasToString("mrr");
        assertThat(Measure.parse("p@5")).hasToString("p@5");
        for (String bad : List.of("map@10", "recall", "p", "ndcg@0", "bpref", "ndcg@-1", "")) {
            assertThatThrownBy(() -> Measure.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ndcg@10,               ndcg_cut_10",
        "ndcg@10,               ndcg_cut.10",
        "ndcg,                  nDCG",
        "mrr@10,                RR@10",
        "mrr,                   recip_rank",
        "mrr(rel=2)@10,         RR(rel=2)@10",
        "map,                   AP",
        "map(rel=3),            AP(rel=3)",
        "recall@100,            R@100",
        "recall@100,            recall_100",
        "p@5,                   P_5",
        "p(rel=2)@5,            P(rel=2)@5",
        "success@5,             Success@5",
        "success(rel=2)@1,      success(rel=2)@1",
        "judged@10,             Judged@10"
    })
    void measureNamesOfOtherTools(String printed, String theirs) {
        assertThat(Measure.parse(theirs)).hasToString(printed);
        assertThat(Measure.parse(printed)).isEqualTo(Measure.parse(theirs));
    }

    @Test
    void levelsAreOnlyWhereTheyMeanSomething() {
        assertThat(Measure.parse("AP").orLevel(2)).hasToString("map(rel=2)");
        assertThat(Measure.parse("AP(rel=1)").orLevel(2)).hasToString("map");
        assertThat(Measure.parse("AP(rel=3)").orLevel(2)).hasToString("map(rel=3)");
        assertThat(Measure.parse("nDCG@10").orLevel(2)).hasToString("ndcg@10");
        for (String bad : List.of("nDCG(rel=2)@10", "judged(rel=2)@5", "AP(rel=0)", "AP(rel=x)")) {
            assertThatThrownBy(() -> Measure.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void gatesTakeTheNamesOfOtherToolsToo() {
        Map<String, Double> figures =
                Map.of("ndcg@10", 0.7, "ndcg@10.low", 0.1, "map(rel=2)", 0.3, "rbo", 0.9);

        assertThat(Gate.parse("nDCG@10 < 0.7").in(figures, 1)).hasToString("ndcg@10 < 0.7");
        assertThat(Gate.parse("ndcg_cut_10.low < 0").in(figures, 1).trips(figures)).isFalse();
        assertThat(Gate.parse("map < 0.4").in(figures, 2).trips(figures)).isTrue();
        assertThat(Gate.parse("AP(rel=2) < 0.4").in(figures, 1).trips(figures)).isTrue();
        assertThat(Gate.parse("rbo < 0.4").in(figures, 2).trips(figures)).isFalse();
        Gate unknown = Gate.parse("nothing > 1").in(figures, 1);
        assertThatThrownBy(() -> unknown.trips(figures))
                .hasMessageStartingWith("no figure nothing");
    }

    private static Evaluation evaluate(Run run, Qrels qrels, Measure measure) {
        return Evaluation.of(run, qrels, List.of(measure), Evaluation.Averaging.RANKED);
    }

    private static Run run(Map<String, List<ScoredPassage>> rankings) {
        return new Run("t", rankings);
    }

    private static List<ScoredPassage> ranking(String... ids) {
        List<ScoredPassage> ranking = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            ranking.add(new ScoredPassage(ids[i], ids.length - i));
        }
        return ranking;
    }
}
