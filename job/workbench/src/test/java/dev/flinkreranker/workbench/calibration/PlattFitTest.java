package dev.flinkreranker.workbench.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.operators.tenant.Calibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is fitted to scores whose best fit is known. */
class PlattFitTest {

    @Test
    void twoScoresGetTheSharesOfTheirLabels() {
        // With two scores the best curve goes through both mean labels. 3 of 4 are relevant at 1,
        // 1 of 4 at -1. A relevant one counts 5/6 and another 1/6, so the means are 2/3 and 1/3.
        Calibration fit = fit(scores(1, 3, 1), scores(-1, 1, 3));

        assertThat(fit.slope()).isEqualTo(0.6931); // ln 2
        assertThat(fit.intercept()).isCloseTo(0, within(1e-9));
        assertThat(fit.probability(1)).isCloseTo(0.6667f, within(1e-4f));
    }

    @Test
    void aRareLabelMovesTheIntercept() {
        // 2 relevant of 12: labels count 3/4 and 1/12. Means: 5/12 of two at 4, 1/8 of ten... at 0,
        // of whom one of sixteen parts is relevant: (0.75 + 9 / 12) / 10 = 0.15.
        Calibration fit = fit(scores(4, 1, 1), scores(0, 1, 9));

        double atFour = Math.log((5 / 12.0) / (7 / 12.0));
        double atZero = Math.log(0.15 / 0.85);
        assertThat(fit.intercept()).isCloseTo(atZero, within(5e-4));
        assertThat(fit.slope()).isCloseTo((atFour - atZero) / 4, within(5e-5));
    }

    @Test
    void scoresThatPartLabelsWithoutAFaultHaveAFit() {
        Calibration fit = fit(scores(3, 5, 0), scores(-3, 0, 5));

        assertThat(fit.probability(3)).isCloseTo(6 / 7f, within(1e-3f));
        assertThat(fit.probability(-3)).isCloseTo(1 / 7f, within(1e-3f));
    }

    @Test
    void whatMadeTheLabelsIsFound() {
        Random random = new Random(11);
        Calibration truth = new Calibration(0.8, -2.0, null, null, List.of());
        List<LabelledScore> labelled = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            float logit = (float) (3 * random.nextGaussian());
            labelled.add(new LabelledScore(logit, random.nextDouble() < truth.probability(logit)));
        }

        Calibration fit = PlattFit.of(labelled).orElseThrow();

        assertThat(fit.slope()).isCloseTo(0.8, within(0.02));
        assertThat(fit.intercept()).isCloseTo(-2, within(0.05));
    }

    @ParameterizedTest
    @ValueSource(floats = {1e-30f, 1e-3f, 1e3f, 1e30f})
    void theScaleOfScoresDoesNotMatter(float unit) {
        Calibration fit = fit(scores(unit, 3, 1), scores(-unit, 1, 3));

        assertThat(fit.slope() * unit).isCloseTo(0.6931, within(1e-4));
        assertThat(fit.probability(unit)).isCloseTo(0.6667f, within(1e-4f));
    }

    @Test
    void scoresThatSayNothingHaveNoFit() {
        assertThat(PlattFit.of(List.of())).isEmpty();
        assertThat(PlattFit.of(scores(1, 1, 0))).as("one relevant").isEmpty();
        assertThat(PlattFit.of(both(scores(1, 3, 0), scores(2, 3, 0)))).as("all").isEmpty();
        assertThat(PlattFit.of(both(scores(1, 0, 3), scores(2, 0, 3)))).as("none").isEmpty();
        assertThat(PlattFit.of(scores(1, 3, 3))).as("all scores are equal").isEmpty();
        assertThat(PlattFit.of(both(scores(1, 1, 3), scores(-1, 3, 1))))
                .as("relevant documents have lower scores")
                .isEmpty();
        assertThat(PlattFit.of(both(scores(1, 2, 2), scores(-1, 2, 2))))
                .as("scores do not matter")
                .isEmpty();
    }

    private static Calibration fit(List<LabelledScore> some, List<LabelledScore> others) {
        return PlattFit.of(both(some, others)).orElseThrow();
    }

    private static List<LabelledScore> both(List<LabelledScore> some, List<LabelledScore> others) {
        List<LabelledScore> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private static List<LabelledScore> scores(float logit, int relevant, int others) {
        List<LabelledScore> scores = new ArrayList<>();
        for (int i = 0; i < relevant + others; i++) {
            scores.add(new LabelledScore(logit, i < relevant));
        }
        return scores;
    }
}
