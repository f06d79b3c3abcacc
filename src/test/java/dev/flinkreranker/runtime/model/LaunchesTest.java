package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.Attention;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MatrixLayout;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a GPU a batch costs as many launches as a pair, and few a layer. */
class LaunchesTest {

    private static final Path SMALL_MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final ScoringSettings DEFAULTS = ScoringSettings.defaults();
    private static final ExecutionPlan PLAN =
            new ExecutionPlan(
                    ComputeDevice.CPU,
                    StoredType.BF16,
                    MatrixLayout.ROWS,
                    new Attention("packed", List.of("counted.py")));

    @TempDir Path directory;

    @Test
    void anEncoderTakes11ALayer() {
        assertThat(launches(SMALL_MODEL, at(6)) - launches(SMALL_MODEL, at(4))).isEqualTo(2 * 11);
    }

    /** Three layers, of which one sees all tokens. */
    @Test
    void aModernBertTakes12() throws IOException {
        int[] launches = new int[2];
        for (int i = 0; i < 2; i++) {
            Path model = Files.createDirectory(directory.resolve("layers-" + i));
            ModernBertModels.write(model, ModernBertModels.config(48, 4, 40, 4 + 3 * i, "mean"));
            launches[i] = launches(model, DEFAULTS);
        }
        assertThat(launches[1] - launches[0]).isEqualTo(3 * 12);
    }

    /**
     * Norms take five each, those by (1 + weight) four: Gemma 2 has four of them in a layer, two of
     * which add to the states, and Qwen3 has one more for heads.
     */
    @ParameterizedTest
    @MethodSource("decoders")
    void soDoDecoders(String json, FormulaWeights weights, int each) throws IOException {
        int[] launches = new int[2];
        for (int i = 0; i < 2; i++) {
            Path model = directory.resolve("layers-" + i);
            DecoderFixture.writeSmall(model, json, 4 + 2 * i, weights);
            launches[i] = launches(model, DEFAULTS);
        }
        assertThat(launches[1] - launches[0]).isEqualTo(2 * each);
    }

    static Stream<Arguments> decoders() {
        return Stream.of(
                Arguments.of(DecoderModels.GEMMA, FormulaWeights.MINICPM, 18),
                Arguments.of(DecoderModels.MINICPM, FormulaWeights.MINICPM, 20),
                Arguments.of(DecoderModels.LLAMA, FormulaWeights.MINICPM, 20),
                Arguments.of(DecoderModels.QWEN2, FormulaWeights.MINICPM, 20),
                Arguments.of(DecoderModels.QWEN3, FormulaWeights.MINICPM, 26),
                Arguments.of(DecoderModels.LIGHTWEIGHT, FormulaWeights.GEMMA2, 26));
    }

    /** Soft-capped logits pass no fused kernel, and still no loop over pairs. */
    @ParameterizedTest
    @ValueSource(ints = {64, 128})
    void cappedAttentionGoesByBlocksOfAllPairs(int pairs) throws IOException {
        ScoringSettings capped =
                new ScoringSettings(List.of(), 1, List.of(), HeadSelection.POSITIONAL, true);
        int[] launches = new int[2];
        for (int i = 0; i < 2; i++) {
            Path model = directory.resolve("layers-" + i);
            DecoderFixture.writeSmall(
                    model, DecoderModels.LIGHTWEIGHT, 4 + 2 * i, FormulaWeights.GEMMA2);
            try (Reranker reranker = Reranker.open(model, PLAN)) {
                launches(reranker, capped, 1);
                launches[i] = sum(launches(reranker, capped, pairs));
            }
        }
        assertThat(launches[1] - launches[0]).isEqualTo(2 * 39);
    }

    private static ScoringSettings at(int cutoff) {
        return new ScoringSettings(List.of(cutoff), 1, List.of(), HeadSelection.POSITIONAL, false);
    }

    private static int launches(Path model, ScoringSettings settings) {
        try (Reranker reranker = Reranker.open(model, PLAN)) {
            // The first call brings the weights.
            launches(reranker, settings, 1);
            Map<String, Integer> one = launches(reranker, settings, 1);
            for (int pairs : new int[] {16, 64}) {
                assertThat(launches(reranker, settings, pairs)).as(pairs + " pairs").isEqualTo(one);
            }
            assertThat(one).doesNotContainKeys("tensor", "item");
            return sum(one);
        }
    }

    private static int sum(Map<String, Integer> launches) {
        return launches.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static Map<String, Integer> launches(
            Reranker reranker, ScoringSettings settings, int pairs) {
        Random random = new Random(pairs);
        List<TokenizedPair> batch =
                IntStream.range(0, pairs)
                        .mapToObj(
                                i ->
                                        new TokenizedPair(
                                                random.longs(9 + i % 11, 10, 110).toArray(),
                                                4,
                                                2,
                                                false))
                        .toList();
        return Launches.of(() -> reranker.score(batch, settings));
    }
}
