package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.StoredType;

/**
 * How matrices that are multiplied with whole batches lie in memory, and with that which products
 * they are multiplied by.
 */
public enum MatrixLayout {

    /** Row by row, as in the checkpoint: a matrix can be a view of the mapped file. */
    ROWS("products.py"),

    /**
     * In blocks as oneDNN's kernels take them: a copy, made once. For bfloat16 on AMX: from rows
     * oneDNN makes such a copy in every product there, and cuts sums of 1,024 terms and more by the
     * number of rows multiplied, so that a row's bits depend on the rows beside it; from blocks it
     * does neither. Measured with libtorch 2.7.1 (20 shapes of weights, 1 to 2,048 rows, 1 to 48
     * threads): no bit of difference, and 1.3 to 2 times as fast with 1,024 rows.
     */
    BLOCKS("packed_products.py");

    private final String products;

    MatrixLayout(String products) {
        this.products = products;
    }

    /** The layout for programs that compute in a type on a device. */
    public static MatrixLayout of(ComputeDevice device, StoredType computeType) {
        return of(device, computeType, HostProcessor.current());
    }

    static MatrixLayout of(ComputeDevice device, StoredType computeType, HostProcessor processor) {
        return device.isCpu() && computeType == StoredType.BF16 && processor.tiles()
                ? BLOCKS
                : ROWS;
    }

    /** The resource with the products that a program multiplies such matrices by. */
    public String products() {
        return products;
    }
}
