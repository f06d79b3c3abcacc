package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.StoredType;

/**
 * How many rows a matrix product may have, so that no row's bits depend on how many others stand
 * beside it. Kernels are chosen by the number of rows, and not all of them add up in the same
 * order. Measured with libtorch 2.7.1, 12 to 15 shapes of weights, 1 to 3 threads:
 *
 * <ul>
 *   <li>float32: 1-3, 5-7 and 9-11 rows are rounded otherwise than all other numbers; on Intel's
 *       processors only once MKL is told to be strict ({@link StrictMkl}).
 *   <li>bfloat16 on AVX512_BF16: every number is alike.
 *   <li>bfloat16 on AMX: oneDNN cuts sums of {@value #SHORT_SUM} columns and more by the number of
 *       rows. So their products all have {@value #TILE_ROWS} rows: fewer are slower, more fill more
 *       rows with nothing. It costs 0 to 20 % of a large batch's time, and half of a lone short
 *       pair's; without AMX the same products take eight times as long.
 * </ul>
 *
 * @param rows a program fills its rows up to a multiple of this, at least 1
 * @param single whether a product of long sums must have exactly that many rows, not a multiple
 */
public record RowGrid(int rows, boolean single) {

    /** Sums of fewer terms than this are never cut. */
    public static final int SHORT_SUM = 1024;

    private static final int FEW_ROWS = 16;
    private static final int TILE_ROWS = 256;

    /** The grid of programs that compute in a type on a device. */
    public static RowGrid of(ComputeDevice device, StoredType computeType) {
        return of(device, computeType, HostProcessor.current());
    }

    static RowGrid of(ComputeDevice device, StoredType computeType, HostProcessor processor) {
        return device.isCpu() && computeType == StoredType.BF16 && processor.tiles()
                ? new RowGrid(TILE_ROWS, true)
                : new RowGrid(FEW_ROWS, false);
    }

    /** Rows that a program computes for that many tokens: the next multiple. */
    public int fill(int tokens) {
        return (tokens + rows - 1) / rows * rows;
    }

    /** Rows of each product of long sums, as programs take it; 0 for all rows in one. */
    public int productRows() {
        return single ? rows : 0;
    }
}
