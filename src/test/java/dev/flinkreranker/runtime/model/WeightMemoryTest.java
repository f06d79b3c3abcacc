package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.Attention;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MatrixLayout;
import dev.flinkreranker.runtime.program.WeightMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightMemoryTest {

    @TempDir static Path directory;

    @BeforeAll
    static void write() {
        new GoldenFile().writeEncoder(directory, StoredType.F32);
    }

    private static WeightMemory memory(StoredType computeType, MatrixLayout matrices) {
        Checkpoint checkpoint = Checkpoint.open(directory);
        ModelDescriptor model = ModelDescriptor.of(checkpoint);
        ExecutionPlan plan = ExecutionPlan.onCpu(computeType, matrices);
        return WeightMemory.of(checkpoint, model.weights(), model.layers(), plan);
    }

    @Test
    void whatIsStoredAsItIsUsedIsMapped() {
        assertThat(memory(StoredType.F32, MatrixLayout.ROWS).converted()).isZero();
    }

    /** Tables take the compute type, and what heads are made of stays in float32. */
    @Test
    void onAGpuAllIsACopy() {
        ExecutionPlan plan =
                new ExecutionPlan(
                        ComputeDevice.named("cuda:0"),
                        StoredType.BF16,
                        MatrixLayout.ROWS,
                        Attention.FLASH);
        Checkpoint checkpoint = Checkpoint.open(directory);
        ModelDescriptor model = ModelDescriptor.of(checkpoint);
        long head = 48 * 48 + 48 + 48 + 1;
        long all = memory(StoredType.F32, MatrixLayout.ROWS).total() / 4;

        assertThat(WeightMemory.of(checkpoint, model.weights(), model.layers(), plan))
                .isEqualTo(new WeightMemory(0, 2 * (all - head) + 4 * head));
    }

    @Test
    void packedMatricesAreACopyAndTheRestStaysMapped() {
        long matrices = 3 * (4 * 48 * 48 + 2 * 96 * 48);
        WeightMemory rows = memory(StoredType.F32, MatrixLayout.ROWS);
        WeightMemory blocks = memory(StoredType.F32, MatrixLayout.BLOCKS);

        assertThat(blocks.converted()).isEqualTo(4 * matrices);
        assertThat(blocks.total()).isEqualTo(rows.total());
    }

    @Test
    void quantizedMatricesAreAByteANumberAndForEachRowTwoNumbersAndThoseThatStandOut() {
        long numbers = 3 * (4 * 48 * 48 + 2 * 96 * 48);
        long rows = 3 * ((4 * 48 + 96) * (2 + 3) + 48 * (2 + 6));
        long outstanding = 3 * (5 * 3 + 6);

        assertThat(memory(StoredType.F32, MatrixLayout.INT8).converted())
                .isEqualTo(numbers + 4 * rows + 8 * outstanding);
    }

    @Test
    void whatIsConvertedAnywayCostsNoMoreWhenItIsPacked() {
        assertThat(memory(StoredType.BF16, MatrixLayout.BLOCKS))
                .isEqualTo(memory(StoredType.BF16, MatrixLayout.ROWS));
    }
}
