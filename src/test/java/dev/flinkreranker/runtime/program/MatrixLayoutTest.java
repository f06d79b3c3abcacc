package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import org.junit.jupiter.api.Test;

class MatrixLayoutTest {

    private static final HostProcessor TILES = new HostProcessor(true, true, true);
    private static final HostProcessor VECTORS = new HostProcessor(false, true, false);

    @Test
    void onlyBfloat16OnTilesIsPacked() {
        assertThat(MatrixLayout.of(ComputeDevice.CPU, StoredType.BF16, TILES))
                .isEqualTo(MatrixLayout.BLOCKS);

        assertThat(
                        new MatrixLayout[] {
                            MatrixLayout.of(ComputeDevice.CPU, StoredType.F32, TILES),
                            MatrixLayout.of(ComputeDevice.CPU, StoredType.BF16, VECTORS),
                            MatrixLayout.of(new ComputeDevice(0), StoredType.BF16, TILES)
                        })
                .containsOnly(MatrixLayout.ROWS);
    }
}
