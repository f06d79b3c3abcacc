package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Text to score with the small real model, against the reference scores that it came with. */
class SmallRealModelTest {

    private static final Path MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final ScoringSettings ALL_HEADS =
            new ScoringSettings(List.of(3, 4, 5, 6), 1, List.of(), HeadSelection.BY_LAYER, false);

    private static final List<TokenizedPair> PAIRS = new ArrayList<>();
    private static final List<double[]> EXPECTED = new ArrayList<>();

    @BeforeAll
    static void readReference() throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (Reranker reranker = Reranker.open(MODEL, ComputeType.FLOAT32, "cpu")) {
            for (String line : Files.readAllLines(MODEL.resolve("expected-scores.jsonl"))) {
                JsonNode node = json.readTree(line);
                TokenizationSettings settings =
                        TokenizationSettings.defaults()
                                .withMaxLength(node.path("max_length").intValue());
                PAIRS.add(
                        reranker.tokenizer(settings)
                                .pair(
                                        node.path("query").textValue(),
                                        node.path("passage").textValue()));
                EXPECTED.add(
                        ALL_HEADS.cutoffLayers().stream()
                                .mapToDouble(l -> node.path("scores").path("" + l).doubleValue())
                                .toArray());
            }
        }
        assertThat(PAIRS).hasSizeGreaterThan(40);
    }

    @Test
    void agreesWithTheReferenceInFloat32() {
        assertThat(worstDeviation(ComputeType.FLOAT32, 0.5)).isLessThan(1e-3);
    }

    @Test
    void staysNearTheReferenceInBfloat16() {
        assertThat(worstDeviation(ComputeType.BFLOAT16, 0.5)).isBetween(1e-3, 0.2);
    }

    @Test
    void staysNearTheReferenceInInt8() {
        assumeThat(HostTypes.has(ComputeType.INT8)).isTrue();

        assertThat(worstDeviation(ComputeType.INT8, 2.0)).isBetween(1e-3, 2.0);
    }

    @Test
    void aShallowCutoffScoresAsItDoesAmongOthers() {
        ScoringSettings four =
                new ScoringSettings(List.of(4), 1, List.of(), HeadSelection.BY_LAYER, false);
        List<TokenizedPair> some = PAIRS.subList(0, 5);
        try (Reranker reranker = Reranker.open(MODEL, ComputeType.FLOAT32, "cpu")) {
            float[][] alone = reranker.score(some, four);
            float[][] among = reranker.score(some, ALL_HEADS);
            float[][] whole = reranker.score(some, ScoringSettings.defaults());
            for (int i = 0; i < some.size(); i++) {
                assertThat(alone[i]).containsExactly(among[i][1]);
                assertThat(whole[i]).containsExactly(among[i][3]);
            }
        }
    }

    /** Of all heads; none may deviate by more than that. */
    private static double worstDeviation(ComputeType type, double most) {
        double worst = 0;
        try (Reranker reranker = Reranker.open(MODEL, type, "cpu")) {
            float[][] scores = reranker.score(PAIRS, ALL_HEADS);
            for (int i = 0; i < scores.length; i++) {
                for (int c = 0; c < scores[i].length; c++) {
                    assertThat((double) scores[i][c])
                            .as("%s, pair %d, cutoff %d", type, i, c)
                            .isCloseTo(EXPECTED.get(i)[c], within(most));
                    worst = Math.max(worst, Math.abs(scores[i][c] - EXPECTED.get(i)[c]));
                }
            }
        }
        return worst;
    }
}
