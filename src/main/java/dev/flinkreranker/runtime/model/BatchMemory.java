package dev.flinkreranker.runtime.model;

/**
 * How much memory of its device a call takes at most, beside the weights: the activations where a
 * layer holds most of them at once, and what the allocator keeps of those it freed. Rows are
 * packed, so padding costs nothing, and attention runs pair by pair in blocks, so nothing grows
 * with the square of a length.
 *
 * @param perToken bytes for each token of the call
 * @param perTokenOfLongest bytes for each token of its longest pair, on top
 * @param fixed bytes whatever the call is
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

    /** Tokens of the largest batch that needs no more than so many bytes; at least 1. */
    int tokens(long bytes) {
        long tokens = (bytes - fixed) / (perToken + perTokenOfLongest);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, tokens));
    }
}
