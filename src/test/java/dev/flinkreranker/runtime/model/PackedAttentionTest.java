package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.Attention;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MatrixLayout;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The programs for GPUs on a CPU: they load as they are, and give the scores of those for CPUs
 * where an emulation, pair by pair, stands in for the operator that only a GPU has.
 */
class PackedAttentionTest {

    private static final Path SMALL_MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final long SEED = 20261129;
    private static final ScoringSettings DEFAULTS = ScoringSettings.defaults();

    @TempDir Path directory;

    /** Ways to attend over packed rows. */
    enum Operator {
        FLASH(Attention.FLASH, "emulated.py", "emulated_near.py"),
        EFFICIENT(Attention.EFFICIENT, "emulated.py", "windows.py");

        private final Attention real;
        private final Attention emulated;

        Operator(Attention real, String... emulation) {
            this.real = real;
            this.emulated = new Attention("packed", List.of(emulation));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEncoderScoresAlike(Operator operator) {
        check(
                SMALL_MODEL,
                operator,
                new ScoringSettings(List.of(3, 4), 1, List.of(), HeadSelection.POSITIONAL, false),
                1e-4);
    }

    @ParameterizedTest
    @MethodSource("modernBerts")
    void soDoesModernBert(Operator operator, String pooling, int layers) {
        ModernBertModels.write(directory, ModernBertModels.config(48, 4, 40, layers, pooling));
        check(directory, operator, DEFAULTS, 1e-4);
    }

    /** Of four layers the deepest sees all tokens, of three neighbours alone. */
    static Stream<Arguments> modernBerts() {
        return Stream.of(Operator.values())
                .flatMap(
                        operator ->
                                Stream.of(
                                        Arguments.of(operator, "cls", 4),
                                        Arguments.of(operator, "cls", 3),
                                        Arguments.of(operator, "mean", 4)));
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void soDoDecoders(String json, FormulaWeights weights, ScoringSettings settings)
            throws IOException {
        DecoderFixture.writeSmall(directory, json, 6, weights);
        for (Operator operator : Operator.values()) {
            check(directory, operator, settings, 3e-4);
        }
    }

    static Stream<Arguments> decoders() {
        ScoringSettings compressed =
                new ScoringSettings(
                        List.of(3, 6), 3, List.of(1, 4), HeadSelection.POSITIONAL, false);
        ScoringSettings capped =
                new ScoringSettings(List.of(3, 6), 1, List.of(), HeadSelection.POSITIONAL, true);
        ScoringSettings both =
                new ScoringSettings(List.of(6), 2, List.of(2), HeadSelection.POSITIONAL, true);
        return Stream.of(
                Arguments.of(DecoderModels.GEMMA, FormulaWeights.MINICPM, DEFAULTS),
                Arguments.of(DecoderModels.MINICPM, FormulaWeights.MINICPM, DEFAULTS),
                Arguments.of(DecoderModels.LLAMA, FormulaWeights.MINICPM, DEFAULTS),
                Arguments.of(DecoderModels.QWEN2, FormulaWeights.MINICPM, DEFAULTS),
                Arguments.of(DecoderModels.QWEN3, FormulaWeights.MINICPM, DEFAULTS),
                Arguments.of(DecoderModels.LIGHTWEIGHT, FormulaWeights.GEMMA2, DEFAULTS),
                Arguments.of(DecoderModels.LIGHTWEIGHT, FormulaWeights.GEMMA2, compressed),
                Arguments.of(DecoderModels.LIGHTWEIGHT, FormulaWeights.GEMMA2, capped),
                Arguments.of(DecoderModels.LIGHTWEIGHT, FormulaWeights.GEMMA2, both));
    }

    private static void check(
            Path model, Operator operator, ScoringSettings settings, double tolerance) {
        Random random = new Random(SEED);
        List<TokenizedPair> pairs = pairs(random);
        try (Reranker real = open(model, ComputeDevice.named("cuda:0"), operator.real)) {
            assertThat(real.plan().attention()).isEqualTo(operator.real);
        }
        try (Reranker byPairs = open(model, ComputeDevice.CPU, Attention.PAIRS);
                Reranker packed = open(model, ComputeDevice.CPU, operator.emulated)) {
            for (List<TokenizedPair> batch : List.of(pairs, pairs.subList(3, 4))) {
                float[][] expected = byPairs.score(batch, settings);
                float[][] scores = packed.score(batch, settings);
                for (int i = 0; i < expected.length; i++) {
                    for (int c = 0; c < expected[i].length; c++) {
                        assertThat((double) scores[i][c])
                                .as("pair %d of %d, cutoff %d", i, batch.size(), c)
                                .isCloseTo(expected[i][c], within(tolerance));
                    }
                }
            }
        }
    }

    private static Reranker open(Path model, ComputeDevice device, Attention attention) {
        return Reranker.open(
                model, new ExecutionPlan(device, StoredType.F32, MatrixLayout.ROWS, attention));
    }

    /** Short ones, some longer than every window, some of one request. */
    private static List<TokenizedPair> pairs(Random random) {
        List<TokenizedPair> pairs = new ArrayList<>();
        long[][] queries = {
            random.longs(3, 10, 120).toArray(), random.longs(40, 10, 120).toArray()
        };
        for (int i = 0; i < 18; i++) {
            long[] query = queries[i / 3 % 2];
            int passage = i % 6 == 5 ? 0 : 5 + random.nextInt(i % 4 == 0 ? 320 : 60);
            long[] ids = Arrays.copyOf(query, query.length + passage);
            for (int j = query.length; j < ids.length; j++) {
                ids[j] = 10 + random.nextInt(110);
            }
            pairs.add(new TokenizedPair(ids, query.length, passage == 0 ? 0 : 3, false));
        }
        return pairs;
    }
}
