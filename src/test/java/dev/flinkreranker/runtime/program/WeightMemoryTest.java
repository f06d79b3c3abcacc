package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WeightMemoryTest {

    private static final Checkpoint CHECKPOINT =
            Checkpoint.open(Path.of("..", "tests", "models", "scifact-minilm-layerwise"));

    private static WeightMemory memory(StoredType computeType, MatrixLayout matrices) {
        WeightLayout layout = ModelDescriptor.of(CHECKPOINT).weights();
        return WeightMemory.of(CHECKPOINT, layout, 6, computeType, matrices);
    }

    @Test
    void whatIsStoredAsItIsUsedIsMapped() {
        assertThat(memory(StoredType.F32, MatrixLayout.ROWS).converted()).isZero();
    }

    @Test
    void packedMatricesAreACopyAndTheRestStaysMapped() {
        long matrices = 6L * (4 * 384 * 384 + 2 * 384 * 1536);
        WeightMemory rows = memory(StoredType.F32, MatrixLayout.ROWS);
        WeightMemory blocks = memory(StoredType.F32, MatrixLayout.BLOCKS);

        assertThat(blocks.converted()).isEqualTo(4 * matrices);
        assertThat(blocks.total()).isEqualTo(rows.total());
    }

    @Test
    void whatIsConvertedAnywayCostsNoMoreWhenItIsPacked() {
        assertThat(memory(StoredType.BF16, MatrixLayout.BLOCKS))
                .isEqualTo(memory(StoredType.BF16, MatrixLayout.ROWS));
    }
}
