package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a cascade makes of a request. */
class SimulationTest {
    private static final int[] GRADES = new int[6];

    private final JudgedRequest request =
            SampleRequests.request(
                    "q",
                    List.of(1.0, 6.0, 5.0, 4.0, 3.0, 2.0),
                    GRADES,
                    Map.of(
                            2, List.of(9f, 1f, 2f, 3f, 4f, 5f),
                            6, List.of(0f, 8f, 7f, 9f, 9f, 9f)));

    @Test
    void survivorsThenThoseCutThenThoseThatNeverTookPart() {
        Cascade cascade = cascade(4, stage(2, 2), stage(6, Stage.ALL));

        Simulation.Ranked ranked = rank(request, cascade, true);

        // Documents 1 to 4 take part; 4 and 3 survive and tie at the end; 2 and 1 were cut.
        assertThat(ranked.order()).containsExactly(3, 4, 2, 1, 0, 5);
        assertThat(ranked.flops())
                .as("the deeper stage goes on before layer 2")
                .isEqualTo(4 * 20 + 2 * 50);
    }

    @Test
    void theRequestsOwnOrderSaysWhoTakesPartWhereTheFirstStageDoesNot() {
        Simulation.Ranked ranked = rank(request, cascade(2, stage(2, Stage.ALL)), false);

        assertThat(ranked.order()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(ranked.flops()).isEqualTo(2 * 20);
    }

    @Test
    void theLatestCutComesFirst() {
        Cascade cascade = cascade(Stage.ALL, stage(2, 4), stage(6, 2), stage(2, Stage.ALL));

        // By layer 2: 0 5 4 3, cut 2 1. By layer 6: 3 4 (of equal ones the first), cut 5 0.
        assertThat(rank(request, cascade, true).order()).containsExactly(4, 3, 5, 0, 2, 1);
    }

    @Test
    void whatHasNoScoreIsCutByTheStageThatCouldNotScoreIt() {
        JudgedRequest failing =
                SampleRequests.request(
                        "q",
                        List.of(3.0, 2.0, 1.0),
                        new int[3],
                        Map.of(2, Arrays.asList(1f, null, 2f), 6, Arrays.asList(null, 9f, 1f)));

        assertThat(
                        rank(failing, cascade(Stage.ALL, stage(2, 3), stage(6, Stage.ALL)), true)
                                .order())
                .containsExactly(2, 0, 1);
        assertThat(rank(failing, cascade(Stage.ALL, stage(2, Stage.ALL)), true).order())
                .containsExactly(2, 0, 1);
    }

    @Test
    void aBlendIsOverThoseThatTakePartInTheStage() {
        JudgedRequest close = twoOfThree(List.of(0f, 1f, -99f));

        // Over the two alone the model and the first stage weigh as said; the third would drown it.
        Cascade two = cascade(2, new Stage(2, Blend.zSum(0.3), Stage.ALL));
        assertThat(rank(close, two, true).order()).containsExactly(1, 0, 2);
        Cascade all = cascade(Stage.ALL, new Stage(2, Blend.zSum(0.3), Stage.ALL));
        assertThat(rank(close, all, true).order()).containsExactly(0, 1, 2);
    }

    private static JudgedRequest twoOfThree(List<@Nullable Float> scores) {
        return SampleRequests.request("q", List.of(3.0, 2.0, 1.0), new int[3], Map.of(2, scores));
    }

    private static Simulation.Ranked rank(JudgedRequest of, Cascade cascade, boolean firstStage) {
        return new Simulation(of, Trials.settings(List.of(cascade)), firstStage).rank(cascade);
    }

    private static Cascade cascade(int candidates, Stage... stages) {
        return new Cascade(candidates, List.of(stages));
    }

    private static Stage stage(int layer, int keep) {
        return new Stage(layer, Blend.none(), keep);
    }
}
