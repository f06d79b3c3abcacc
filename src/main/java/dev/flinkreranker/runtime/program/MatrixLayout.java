package dev.flinkreranker.runtime.program;

/** How matrices that are multiplied with whole batches lie in memory. */
public enum MatrixLayout {

    /** Row by row, as in the checkpoint: a matrix can be a view of the mapped file. */
    ROWS,

    /**
     * In blocks as oneDNN's kernels take them: a copy, made once. For bfloat16 with tiles (AMX),
     * and for float32 where oneDNN is faster than MKL: from rows oneDNN makes such a copy in every
     * product there, and cuts long sums by the number of rows multiplied, so that a row's bits
     * depend on the rows beside it; from blocks it is faster and cuts few of them.
     */
    BLOCKS,

    /**
     * 8-bit integers with a scale for each row, in blocks: a copy, made once, of a quarter of
     * float32's bytes. Whole batches are quantized row by row as they are multiplied.
     */
    INT8
}
