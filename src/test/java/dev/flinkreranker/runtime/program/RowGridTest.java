package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import org.junit.jupiter.api.Test;

class RowGridTest {

    private static final HostProcessor TILES = new HostProcessor(true, true, true);
    private static final HostProcessor VECTORS = new HostProcessor(false, true, false);

    @Test
    void onlyBfloat16OnTilesNeedsProductsOfOneSize() {
        RowGrid tiles = RowGrid.of(ComputeDevice.CPU, StoredType.BF16, TILES);

        assertThat(tiles.productRows()).isEqualTo(256);
        assertThat(tiles.rows()).isEqualTo(256);
        for (RowGrid other :
                new RowGrid[] {
                    RowGrid.of(ComputeDevice.CPU, StoredType.F32, TILES),
                    RowGrid.of(ComputeDevice.CPU, StoredType.BF16, VECTORS),
                    RowGrid.of(new ComputeDevice(0), StoredType.BF16, TILES)
                }) {
            assertThat(other.productRows()).isZero();
            assertThat(other.rows()).isEqualTo(16);
        }
    }

    @Test
    void rowsAreFilledUpToTheNextMultiple() {
        RowGrid grid = new RowGrid(16, false);

        assertThat(grid.fill(1)).isEqualTo(16);
        assertThat(grid.fill(16)).isEqualTo(16);
        assertThat(grid.fill(17)).isEqualTo(32);
    }
}
