package dev.flinkreranker.runtime.model;

/**
 * How much a process on the CPU grows at most to score a batch, beside the weights: the activations
 * where a layer holds most of them at once, and what the allocator keeps of those it freed. Rows
 * are packed, so padding costs nothing, and attention runs pair by pair in blocks, so nothing grows
 * with the square of a length.
 *
 * @param perToken bytes for each token of the batch
 * @param perTokenOfLongest bytes for each token of its longest pair, on top
 * @param fixed bytes whatever the batch is
 */
public record BatchMemory(long perToken, long perTokenOfLongest, long fixed) {

    /**
     * Bytes that a batch needs.
     *
     * @param tokens tokens of all its pairs
     * @param longest tokens of its longest pair
     */
    public long bytes(long tokens, long longest) {
        return tokens * perToken + longest * perTokenOfLongest + fixed;
    }
}
