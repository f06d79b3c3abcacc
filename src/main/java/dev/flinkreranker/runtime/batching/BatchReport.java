package dev.flinkreranker.runtime.batching;

/**
 * One batch that ran.
 *
 * @param pairs number of pairs
 * @param tokens sum of their lengths
 * @param paddedTokens rows the program computed; see {@link ScoringProfile#rows}
 * @param longest the longest length; {@code pairs * longest} rows is what padding to the longest
 *     would have cost
 * @param budget the token budget it was formed under
 * @param closing why no further pair was added
 * @param meanWaitNanos mean time its pairs waited in the queue
 * @param maxWaitNanos longest time one of them waited
 * @param deviceNanos how long the device was busy with it, retries included
 * @param cost what batches of its profile cost, as learned so far
 */
public record BatchReport(
        int pairs,
        int tokens,
        int paddedTokens,
        int longest,
        int budget,
        ClosingReason closing,
        long meanWaitNanos,
        long maxWaitNanos,
        long deviceNanos,
        BatchCost cost) {

    /** Share of computed rows that are padding, 0 to below 1. */
    public double paddingRatio() {
        return 1 - tokens / (double) paddedTokens;
    }

    /** Share of rows that would be padding if every pair were padded to the longest. */
    public double spread() {
        return 1 - tokens / ((double) pairs * longest);
    }

    /** Tokens in relation to the budget; above 1 for a single pair longer than the budget. */
    public double fill() {
        return tokens / (double) budget;
    }
}
