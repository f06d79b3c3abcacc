package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import org.junit.jupiter.api.Test;

class ExecutionPlanTest {

    private static final HostProcessor TILES = new HostProcessor(true, true, true);
    private static final HostProcessor VECTORS = new HostProcessor(false, true, false);

    private static final ExecutionPlan PACKED =
            ExecutionPlan.of(ComputeDevice.CPU, StoredType.BF16, TILES);

    @Test
    void onlyBfloat16OnTilesIsPacked() {
        assertThat(PACKED.matrices()).isEqualTo(MatrixLayout.BLOCKS);

        assertThat(
                        new ExecutionPlan[] {
                            ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32, TILES),
                            ExecutionPlan.of(ComputeDevice.CPU, StoredType.BF16, VECTORS),
                            ExecutionPlan.of(new ComputeDevice(0), StoredType.BF16, TILES)
                        })
                .extracting(ExecutionPlan::matrices)
                .containsOnly(MatrixLayout.ROWS);
    }

    @Test
    void productsAndBlocksGoWithTheMatrices() {
        ExecutionPlan rows = ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32, TILES);

        assertThat(PACKED.products()).isEqualTo("packed_products.py");
        assertThat(PACKED.decoderBlock()).isEqualTo(512);
        assertThat(rows.products()).isEqualTo("products.py");
        assertThat(rows.decoderBlock()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void fillsBatchesUpToTheNextMultiple() {
        assertThat(PACKED.rows(1)).isEqualTo(16);
        assertThat(PACKED.rows(16)).isEqualTo(16);
        assertThat(PACKED.rows(17)).isEqualTo(32);
    }
}
