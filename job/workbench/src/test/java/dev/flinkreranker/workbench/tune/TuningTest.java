package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.report.TuningData.HeldOut;
import dev.flinkreranker.workbench.report.TuningData.Point;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What is found on requests whose scores are known, and what is told about it. */
class TuningTest {
    private static final Measure MEASURE = Measure.parse("ndcg@10");

    private final List<JudgedRequest> requests = SampleRequests.many(120);
    private final Qrels qrels = SampleRequests.qrels(requests);
    private final SearchSpace space =
            new SearchSpace(
                    List.of(10, Stage.ALL),
                    SampleRequests.LAYERS,
                    List.of(Blend.none(), Blend.zSum(0.5)),
                    List.of(3, 6));
    private final List<Cascade> cascades = space.cascades();
    private final Trials trials = Trials.run(requests, cascades, MEASURE, true);
    private final Cascade full = space.full(Blend.none());

    @Test
    void sumsAreThoseOfTheEvaluationOfEachRanking() {
        Rankings rankings = new Rankings(requests, qrels, MEASURE, true);
        for (Cascade cascade : List.of(full, cascades.get(1), cascades.get(cascades.size() - 1))) {
            double mean =
                    rankings.evaluation(Map.of(Half.A, cascade, Half.B, cascade)).mean(MEASURE);

            assertThat(trials.both().mean(cascades.indexOf(cascade)))
                    .isCloseTo(mean, within(1e-12));
        }
    }

    @Test
    void whatOneHalfFindsIsMeasuredOnTheOther() {
        Aim aim = new Aim.Budget(0.4);
        List<HeldOut> heldOut = tuner(aim).heldOut();

        assertThat(heldOut).hasSize(3);
        assertThat(heldOut).extracting(HeldOut::queries).contains(120).doesNotContain(0);
        HeldOut first = heldOut.get(0);
        Cascade byA = best(Half.A, 0.4);
        assertThat(first.stages()).isEqualTo(byA.toString());
        assertThat(first.mean()).isCloseTo(mean(byA, Half.B), within(1e-12));
        assertThat(first.delta())
                .isCloseTo(mean(byA, Half.B) - mean(full, Half.B), within(1e-12))
                .isBetween(first.low(), first.high());
        assertThat(heldOut.get(1).stages()).isEqualTo(best(Half.B, 0.4).toString());
        assertThat(heldOut.get(2).mean() * 120)
                .isCloseTo(
                        first.mean() * first.queries()
                                + heldOut.get(1).mean() * heldOut.get(1).queries(),
                        within(1e-9));
    }

    @Test
    void theFrontierRisesAndBeginsWithTheCheapest() {
        Tuner tuner = tuner(new Aim.Tolerate(0.01));

        List<Point> frontier = tuner.points(tuner.frontier());

        assertThat(frontier).hasSizeGreaterThan(2);
        assertThat(frontier).isSortedAccordingTo(Comparator.comparingDouble(Point::share));
        assertThat(frontier).isSortedAccordingTo(Comparator.comparingDouble(Point::mean));
        assertThat(frontier.get(0).share()).isCloseTo(10.0 / 20 * 2 / 6, within(1e-12));
        assertThat(tuner.full().share()).isEqualTo(1);
        assertThat(tuner.heldOut(tuner.frontier()))
                .isNotEmpty()
                .allSatisfy(point -> assertThat(point.mean()).isBetween(0.0, 1.0));
    }

    @Test
    void aBudgetBelowTheCheapestIsRefused() {
        assertThatThrownBy(() -> tuner(new Aim.Budget(0.1)).chosen())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--budget is below the cheapest that was tried, which takes 0.1667 of the"
                                + " operations");
    }

    @Test
    void aHalfIsAFunctionOfTheId() {
        Predicate<JudgedRequest> inA = request -> Half.of(request.id()) == Half.A;

        assertThat(Half.of("1")).isEqualTo(Half.B);
        assertThat(requests.stream().filter(inA).count()).isBetween(40L, 80L);
    }

    private Cascade best(Half half, double share) {
        return cascades.stream()
                .filter(c -> flops(c) <= share * flops(full))
                .max(Comparator.comparingDouble(c -> mean(c, half)))
                .orElseThrow();
    }

    private double flops(Cascade cascade) {
        return trials.both().flops()[cascades.indexOf(cascade)];
    }

    private double mean(Cascade cascade, Half half) {
        return trials.halves().get(half).mean(cascades.indexOf(cascade));
    }

    private Tuner tuner(Aim aim) {
        return new Tuner(
                space, aim, trials, full, new Rankings(requests, qrels, MEASURE, true), 42);
    }
}
