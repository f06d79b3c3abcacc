package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.Gpu;
import dev.flinkreranker.runtime.program.MatrixLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderCostTest {

    private final DecoderCost lightweight =
            new DecoderCost(
                    DecoderModels.descriptor(
                            DecoderArchitecture.COST_WISE_GEMMA, DecoderModels.LIGHTWEIGHT));

    @Test
    void prefixesAreKeptOnACpuWherePositionsSeeThoseBeforeThem() {
        DecoderCost llama =
                new DecoderCost(
                        DecoderModels.descriptor(DecoderArchitecture.LLAMA, DecoderModels.LLAMA));
        ExecutionPlan cpu = plan(MatrixLayout.ROWS);
        ExecutionPlan gpu =
                ExecutionPlan.onGpu(ComputeDevice.named("cuda:0"), StoredType.BF16, new Gpu(90));

        assertThat(lightweight.prefixBytes(cpu)).isEqualTo(512L * 42 * 2 * 8 * 256 * 2);
        assertThat(lightweight.prefixBytes(gpu)).isZero();
        assertThat(llama.prefixBytes(cpu)).isZero();
    }

    /**
     * The share of operations saved by the lightweight model's knobs, in percent, and the teraflops
     * of a pair without them. The first row's first figure is what its authors call "60 %".
     */
    @ParameterizedTest
    @CsvSource({
        "0, 512, 0, 60.9, 38.1, 33.3, 40.5, 40.9, 61.0, 71.0, 63.2, 8.70",
        "8, 64, 12, 55.9, 37.0, 33.3, 40.5, 30.9, 46.3, 54.0, 48.0, 1.40",
        "20, 128, 12, 56.7, 37.2, 33.3, 40.5, 32.5, 48.7, 56.8, 50.5, 2.68",
        "20, 256, 12, 58.6, 37.6, 33.3, 40.5, 36.2, 54.2, 63.1, 56.1, 4.85",
        "20, 512, 12, 59.7, 37.9, 33.3, 40.5, 38.5, 57.5, 66.9, 59.5, 9.26",
        "20, 1024, 12, 60.5, 38.1, 33.3, 40.5, 40.1, 59.5, 69.1, 61.6, 18.35",
        "384, 512, 12, 52.2, 36.1, 33.3, 40.5, 23.4, 35.0, 40.7, 36.2, 15.68"
    })
    void agreesWithThePublishedSavings(
            int query,
            int passage,
            int prompt,
            double twoAt8To25,
            double card,
            double cutoff28,
            double cutoff25,
            double twoAt8,
            double fourAt8,
            double eightAt8,
            double twoAtAll,
            double teraflops) {
        long full = lightweight.flops(query, passage, prompt, 0, 42, 1, List.of());
        assertThat(full / 1e12).isCloseTo(teraflops, within(0.005));
        Saved saved = new Saved(query, passage, prompt, full);

        saved.is(twoAt8To25, 25, 2, List.of(8));
        saved.is(card, 28, 2, List.of(24, 40));
        saved.is(cutoff28, 28, 1, List.of());
        saved.is(cutoff25, 25, 1, List.of());
        saved.is(twoAt8, 42, 2, List.of(8));
        saved.is(fourAt8, 42, 4, List.of(8));
        saved.is(eightAt8, 42, 8, List.of(8));
        saved.is(twoAtAll, 42, 2, List.of(8, 16, 24, 32, 40));
    }

    /**
     * Growth of the process beside the weights, of released shapes in bfloat16 on a CPU, in GiB.
     */
    @ParameterizedTest
    @CsvSource({
        "GEMMA, 512, 0.15",
        "GEMMA, 4096, 0.44",
        "MINICPM, 512, 0.19",
        "COST_WISE_GEMMA, 512, 0.21",
        "COST_WISE_GEMMA, 2048, 0.54"
    })
    void memoryBoundsWhatWasMeasured(
            DecoderArchitecture architecture, long tokens, double measured) {
        String json =
                switch (architecture) {
                    case GEMMA -> DecoderModels.GEMMA;
                    case MINICPM -> DecoderModels.MINICPM;
                    case COST_WISE_GEMMA -> DecoderModels.LIGHTWEIGHT;
                    case LLAMA -> DecoderModels.LLAMA;
                    case QWEN2 -> DecoderModels.QWEN2;
                    case QWEN3 -> DecoderModels.QWEN3;
                };
        BatchMemory memory =
                new DecoderCost(DecoderModels.descriptor(architecture, json))
                        .batchMemory(plan(MatrixLayout.ROWS));

        assertThat(memory.bytes(tokens, 512) / (double) (1 << 30))
                .isBetween(measured, 2.5 * measured);
    }

    @Test
    void whatPassesInBlocksDoesNotGrowWithTheBatch() {
        BatchMemory whole = lightweight.batchMemory(plan(MatrixLayout.ROWS));
        BatchMemory blocks = lightweight.batchMemory(plan(MatrixLayout.BLOCKS));

        // The feed-forward width in bfloat16, and a norm's three copies in float32.
        long row = 2 * 14336 + 3 * 4 * 3584;
        assertThat(whole.perToken() - blocks.perToken()).isEqualTo(row);
        assertThat(blocks.fixed() - whole.fixed()).isEqualTo((512 - 16) * row);
    }

    @Test
    void knowsTheWeightsOfALayer() {
        assertThat(lightweight.layerWeights()).isEqualTo(198_180_864L);
        assertThat(cost(DecoderArchitecture.MINICPM, DecoderModels.MINICPM).layerWeights())
                .isEqualTo(61_046_784L);
        assertThat(cost(DecoderArchitecture.GEMMA, DecoderModels.GEMMA).layerWeights())
                .isEqualTo(110_100_480L);
    }

    @Test
    void knowsTheParametersOfTheReleasedModels() {
        assertThat(millions(DecoderArchitecture.COST_WISE_GEMMA, DecoderModels.LIGHTWEIGHT))
                .isEqualTo(9241);
        assertThat(millions(DecoderArchitecture.MINICPM, DecoderModels.MINICPM)).isEqualTo(2724);
        assertThat(millions(DecoderArchitecture.GEMMA, DecoderModels.GEMMA)).isEqualTo(2506);
        // llama-nemotron-rerank-1b-v2, without an output table.
        assertThat(millions(DecoderArchitecture.LLAMA, DecoderModels.LLAMA)).isEqualTo(1235);
        // mxbai-rerank-base-v2, its embedding and head counted once.
        assertThat(millions(DecoderArchitecture.QWEN2, DecoderModels.QWEN2)).isEqualTo(494);
        // Qwen3-Reranker-0.6B, its embedding and head counted once.
        assertThat(millions(DecoderArchitecture.QWEN3, DecoderModels.QWEN3)).isEqualTo(595);
    }

    @Test
    void countsNoKeyBeyondTheWindow() {
        long tokens = 5000;
        long all = 2 * 198_180_864L * tokens;
        assertThat(lightweight.flops(0, 5000, 0, 0, 1, 1, List.of()))
                .isEqualTo(all + 4L * 4096 * tokens * 4096);
        assertThat(lightweight.flops(0, 5000, 0, 0, 2, 1, List.of()))
                .isEqualTo(2 * all + 4L * 4096 * tokens * (4096 + tokens));
    }

    private static ExecutionPlan plan(MatrixLayout matrices) {
        return ExecutionPlan.onCpu(StoredType.BF16, matrices);
    }

    private static long millions(DecoderArchitecture architecture, String json) {
        return DecoderModels.descriptor(architecture, json).parameters() / 1_000_000;
    }

    private static DecoderCost cost(DecoderArchitecture architecture, String json) {
        return new DecoderCost(DecoderModels.descriptor(architecture, json));
    }

    private final class Saved {

        private final int query;
        private final int passage;
        private final int prompt;
        private final long full;

        Saved(int query, int passage, int prompt, long full) {
            this.query = query;
            this.passage = passage;
            this.prompt = prompt;
            this.full = full;
        }

        void is(double percent, int deepest, int ratio, List<Integer> layers) {
            long flops = lightweight.flops(query, passage, prompt, 0, deepest, ratio, layers);
            assertThat(100 - 100.0 * flops / full).isCloseTo(percent, within(0.05001));
        }
    }
}
