package dev.flinkreranker.runtime.program;

/**
 * How many rows a batch may have, so that no row's bits depend on how many others stand beside it.
 * Matrix products are made by kernels that are chosen by the number of rows, and not all of them
 * add up in the same order. Measured with libtorch 2.7.1, 12 to 20 shapes of weights:
 *
 * <ul>
 *   <li>float32: 1-3, 5-7 and 9-11 rows are rounded otherwise than all other numbers; on Intel's
 *       processors only once MKL is told to be strict ({@link StrictMkl}).
 *   <li>bfloat16 on AVX512_BF16: every number is alike.
 *   <li>bfloat16 on AMX: every number is alike if the matrix is packed ({@link MatrixLayout}).
 * </ul>
 *
 * So every batch is filled up to a multiple of {@value #ROWS} rows.
 */
public final class RowGrid {

    /** A batch has a multiple of this many rows. */
    public static final int ROWS = 16;

    private RowGrid() {}

    /** Rows that a program computes for that many tokens: the next multiple. */
    public static int fill(int tokens) {
        return (tokens + ROWS - 1) / ROWS * ROWS;
    }
}
