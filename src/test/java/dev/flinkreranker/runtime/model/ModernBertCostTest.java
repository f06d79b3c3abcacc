package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModernBertCostTest {

    private static final long WIDTH = 48;
    private static final long INNER = 40;

    @TempDir Path directory;

    private ModelDescriptor model;

    /** Layers 0 and 3 see all tokens; in layers 1 and 2 a token sees 16 on either side. */
    @BeforeEach
    void write() {
        ModernBertModels.write(directory, ModernBertModels.config(48, 4, 40, 4, "cls"));
        model = ModelDescriptor.of(Checkpoint.open(directory));
    }

    @Test
    void aShortPairIsSeenWholeInEveryLayer() {
        assertThat(flops(17)).isEqualTo(matrices(17) + 4 * WIDTH * 4 * 17 * 17 + head());
    }

    @Test
    void aLongPairIsCutIntoBlocksOfQueriesWhereTokensSeeNeighboursAlone() {
        // Blocks of 128, 128 and 44 queries see keys 0 to 143, 112 to 271 and 240 to 299.
        long local = 128 * 144 + 128 * 160 + 44 * 60;

        assertThat(flops(300))
                .isEqualTo(matrices(300) + 4 * WIDTH * (2 * 300 * 300 + 2 * local) + head());
    }

    @Test
    void countsEveryWeight() {
        long layer = 4 * WIDTH * WIDTH + 3 * WIDTH * INNER + 2 * WIDTH;
        long head = WIDTH * WIDTH + WIDTH + WIDTH + 1;

        assertThat(model.parameters())
                .isEqualTo(120 * WIDTH + WIDTH + 4 * layer - WIDTH + WIDTH + head);
    }

    @Test
    void memoryGrowsWithTokensAndNotWithTheSquareOfALength() {
        BatchMemory memory = model.batchMemory(ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32));

        assertThat(memory.bytes(2000, 100) - memory.bytes(1000, 100))
                .isEqualTo(1000 * memory.perToken());
        assertThat(memory.bytes(1000, 200) - memory.bytes(1000, 100))
                .isEqualTo(100 * memory.perTokenOfLongest());
    }

    /**
     * The largest growth of a process's resident memory (VmHWM) during such calls, pairs of 512
     * tokens and the shape of ettin-32m, in MB.
     */
    @ParameterizedTest
    @CsvSource({"2048, 31.2", "8192, 85.6"})
    void boundsWhatWasMeasured(int tokens, double measured) {
        ModernBertDescriptor ettin =
                new ModernBertDescriptor(
                        384,
                        6,
                        576,
                        50_368,
                        8_192,
                        IntStream.range(0, 10).mapToObj(i -> i % 3 != 0).toList(),
                        64,
                        160_000,
                        10_000,
                        1e-5,
                        "",
                        new ScoreHead(ScoreHead.Pooling.FIRST, List.of(), 1e-5));
        BatchMemory memory = ettin.batchMemory(ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32));

        assertThat(memory.bytes(tokens, 512) / 1e6).isBetween(measured, 1.7 * measured);
    }

    private static long matrices(long tokens) {
        return 4 * 2 * tokens * (4 * WIDTH * WIDTH + 3 * WIDTH * INNER);
    }

    private static long head() {
        return 2 * (WIDTH * WIDTH + WIDTH);
    }

    private long flops(int tokens) {
        return model.flops(
                new TokenizedPair(new long[tokens], 1, 0, false), ScoringSettings.defaults());
    }
}
