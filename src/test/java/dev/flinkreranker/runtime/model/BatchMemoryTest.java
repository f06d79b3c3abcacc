package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MatrixLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchMemoryTest {

    private static final Path MODEL = Path.of("..", "tests", "models", "scifact-minilm-layerwise");

    /** The largest growth of a process's resident memory (VmHWM) during such calls, in MB. */
    @ParameterizedTest
    @CsvSource({
        "F32, 2048, 512, 67.3",
        "F32, 8192, 512, 212.6",
        "F32, 8192, 16, 204.3",
        "F32, 16384, 512, 414.2",
        "BF16, 8192, 512, 101.7"
    })
    void boundsWhatWasMeasured(StoredType type, int tokens, int longest, double measured) {
        BatchMemory memory =
                ModelDescriptor.of(Checkpoint.open(MODEL))
                        .batchMemory(ExecutionPlan.of(ComputeDevice.CPU, type));
        assertThat(memory.bytes(tokens, longest) / 1e6).isBetween(measured, 1.5 * measured);
    }

    @Test
    void quantizingTakesTenBytesForEachNumberOfAState() {
        BatchMemory memory =
                ModelDescriptor.of(Checkpoint.open(MODEL))
                        .batchMemory(ExecutionPlan.onCpu(StoredType.F32, MatrixLayout.INT8));
        assertThat(memory.perToken()).isEqualTo(24 + 384 * (17 * 4 + 10));
    }

    @Test
    void knowsTheLargestBatchThatFits() {
        BatchMemory memory = new BatchMemory(900, 100, 5_000);
        assertThat(memory.tokens(1_005_000)).isEqualTo(1_000);
        assertThat(memory.bytes(1_000, 1_000)).isEqualTo(1_005_000);
        assertThat(memory.tokens(0)).isOne();
        assertThat(memory.tokens(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void growsWithTokensAndNotWithTheSquareOfALength() {
        BatchMemory memory =
                ModelDescriptor.of(Checkpoint.open(MODEL))
                        .batchMemory(ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32));
        assertThat(memory.bytes(2000, 100) - memory.bytes(1000, 100))
                .isEqualTo(1000 * memory.perToken());
        assertThat(memory.bytes(1000, 200) - memory.bytes(1000, 100))
                .isEqualTo(100 * memory.perTokenOfLongest());
    }
}
