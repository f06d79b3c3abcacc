package dev.flinkreranker.runtime.model;

/**
 * What a batch needs on its device beside the weights, at most: its activations where a layer holds
 * most of them at once. Rows are packed, so padding costs nothing, and attention runs pair by pair
 * in blocks, so nothing grows with the square of a length.
 *
 * @param perToken bytes for each token of the batch
 * @param perTokenOfLongest bytes for each token of its longest pair, on top
 */
public record BatchMemory(long perToken, long perTokenOfLongest) {

    /**
     * Bytes that a batch needs.
     *
     * @param tokens tokens of all its pairs
     * @param longest tokens of its longest pair
     */
    public long bytes(long tokens, long longest) {
        return tokens * perToken + longest * perTokenOfLongest;
    }
}
