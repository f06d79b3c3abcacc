package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ExecutionPlan;

/** What a ModernBERT costs, by formula. */
record ModernBertCost(ModernBertDescriptor model) {

    /** Queries whose attention to their neighbours is computed at once, as in the program. */
    private static final int QUERY_BLOCK = 128;

    /**
     * Floating point operations of a pair. With s tokens, a layer takes 2 s (4 D² + 3 D F) for its
     * matrices, and attention 4 D for each query and key that it multiplies: s² of them in a layer
     * that sees all tokens, in the others blocks of queries by the keys that any of them sees.
     */
    long flops(int tokens) {
        long width = model.hiddenSize();
        long matrices = 4 * width * width + 3 * width * model.intermediateSize();
        long layer = 2 * tokens * matrices;
        long total = model.head().flops();
        for (boolean local : model.local()) {
            long products = local ? localProducts(tokens) : (long) tokens * tokens;
            total += layer + 4 * width * products;
        }
        return total;
    }

    private long localProducts(int tokens) {
        if (tokens <= model.reach() + 1) {
            return (long) tokens * tokens;
        }
        long products = 0;
        for (int first = 0; first < tokens; first += QUERY_BLOCK) {
            int end = Math.min(first + QUERY_BLOCK, tokens);
            int keys = Math.min(tokens, end + model.reach()) - Math.max(0, first - model.reach());
            products += (long) (end - first) * keys;
        }
        return products;
    }

    /**
     * Memory of a batch: the sum of
     *
     * <ul>
     *   <li>in numbers for each token, 5 times the width: states, queries, keys, values and
     *       attention's outcome; and as much again, because the allocator keeps freed blocks of
     *       that size and cannot always use them;
     *   <li>for each token its id and the rotation's index, 16 bytes, and the angles of both
     *       rotations, twice a head in float32;
     *   <li>in numbers for each row of a block, 4 times the width, and twice the feed-forward
     *       width;
     *   <li>what quantizing takes ({@link ExecutionPlan#quantizationBytes}) for each number of a
     *       block's states and feed-forward part;
     *   <li>instead of the block, if it is more, what attention takes ({@link
     *       ExecutionPlan#attentionBytes});
     *   <li>for each token of the longest pair, attention's outcome before it is copied; or its
     *       states in float32, of which the mean is taken.
     * </ul>
     */
    BatchMemory batchMemory(ExecutionPlan plan) {
        long number = plan.type().bytes();
        long quantizing = plan.quantizationBytes();
        long width = model.hiddenSize();
        long float32 = StoredType.F32.bytes();
        long head = width / model.attentionHeads();
        long row = 16 + 10 * width * number + 2 * head * float32;
        long blockRow =
                4 * width * number
                        + 2L * model.intermediateSize() * number
                        + (width + model.intermediateSize()) * quantizing;
        boolean whole = plan.encoderBlock() == Integer.MAX_VALUE;
        long perToken = whole ? row + blockRow : row;
        long block = whole ? 0 : plan.encoderBlock() * blockRow;
        long longest =
                model.head().pooling() == ScoreHead.Pooling.MEAN
                        ? 2 * width * float32
                        : width * number;
        long fixed = Math.max(block, plan.attentionBytes(model.attentionHeads()));
        return new BatchMemory(perToken, longest, plan.rowGrid() * perToken + fixed);
    }
}
