package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.operators.tenant.CalibratedStage;
import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.workbench.calibration.LabelledRequest;
import dev.flinkreranker.workbench.calibration.LabelledScore;
import dev.flinkreranker.workbench.report.TuningData.Calibrated;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a calibration is fitted to, and what is measured of it. */
class CascadeCalibrationTest {
    private static final CalibrationTruth TRUTH = new CalibrationTruth(1, false, 0.9);
    private static final Cascade CASCADE =
            new Cascade(
                    3,
                    List.of(new Stage(2, Blend.none(), 2), new Stage(6, Blend.none(), Stage.ALL)));

    @Test
    void theLastStagesScoresCountAndEveryCandidatesGrade() {
        // The fourth does not take part, the first is cut.
        LabelledRequest request = labelled(TRUTH, new int[] {1, 0, 2, 0}, 1f, 2f, 3f, 9f);

        assertThat(request.scores())
                .containsExactlyInAnyOrder(
                        new LabelledScore(2f, false), new LabelledScore(3f, true));
        assertThat(request.highest()).isEqualTo(3f);
        assertThat(labelled(TRUTH, new int[] {1, 0, 0, 0}, 1f, 2f, 3f, 9f).hasRelevant())
                .as("relevant, though cut")
                .isTrue();
    }

    @Test
    void theLevelAndTheJudgmentsSayWhatIsRelevant() {
        CalibrationTruth strict = new CalibrationTruth(2, true, 0.9);
        LabelledRequest request = labelled(strict, new int[] {0, 1, -1}, 1f, 2f, 3f);

        assertThat(request.scores()).containsExactly(new LabelledScore(2f, false));
        assertThat(request.highest()).as("judged or not").isEqualTo(3f);
        assertThat(request.hasRelevant()).isFalse();
    }

    @Test
    void nothingIsSaidOfARequestWithADocumentThatHasNoScore() {
        assertThat(labelled(TRUTH, new int[3], 1f, null, 3f).highest()).isNaN();
    }

    @Test
    void whatOneHalfFitsIsMeasuredOnTheOther() {
        List<JudgedRequest> requests = SampleRequests.many(120);
        Cascade all = new Cascade(Stage.ALL, List.of(new Stage(2, Blend.none(), Stage.ALL)));
        CascadeCalibration calibration = CascadeCalibration.of(requests, all, true, TRUTH);
        Calibrated measured = calibration.measured().orElseThrow();

        assertThat(measured.documents()).isEqualTo(120 * 20);
        assertThat(measured.relevant()).isEqualTo(240);
        assertThat(measured.after().brier()).isLessThan(measured.before().brier());
        assertThat(measured.after().calibrationError())
                .isLessThan(measured.before().calibrationError() / 2);
        assertThat(measured.nothingRelevant().without()).isZero();
        assertThat(measured.nothingRelevant().said()).isZero();
        // Scores are normal around 0 and, where relevant, around 1: the log odds rise by 1 a score.
        Calibration fit = calibration.fit(List.of(new CalibratedStage("a", ""))).orElseThrow();
        assertThat(fit.slope()).isCloseTo(1, within(0.25));
        assertThat(fit.intercept()).isCloseTo(Math.log(1 / 9.0) - 0.5, within(0.25));
        assertThat(fit.nothingRelevantBelow()).isNull();
        assertThat(fit.fittedFor()).hasSize(1);
    }

    @Test
    void thereIsNoneWhereAHalfSaysNothing() {
        List<JudgedRequest> requests =
                SampleRequests.many(40).stream()
                        .map(
                                request ->
                                        Half.of(request.id()) == Half.A
                                                ? request
                                                : irrelevant(request))
                        .toList();
        CascadeCalibration calibration = CascadeCalibration.of(requests, CASCADE, true, TRUTH);

        assertThat(calibration.measured()).isEmpty();
        assertThat(calibration.fit(List.of())).isEmpty();
    }

    private static JudgedRequest irrelevant(JudgedRequest request) {
        return new JudgedRequest(
                request.id(),
                request.ids(),
                request.candidates(),
                new int[request.grades().length],
                request.ideal(),
                request.depths());
    }

    /** As {@link #CASCADE} scores it, by the same scores in both stages. */
    private static LabelledRequest labelled(
            CalibrationTruth truth, int[] grades, @Nullable Float... logits) {
        JudgedRequest request =
                SampleRequests.request(
                        "q",
                        List.of(9.0, 8.0, 7.0, 6.0).subList(0, grades.length),
                        grades,
                        Map.of(2, Arrays.asList(logits), 6, Arrays.asList(logits)));
        return CascadeCalibration.of(List.of(request), CASCADE, true, truth)
                .halves()
                .get(Half.of("q"))
                .get(0);
    }
}
