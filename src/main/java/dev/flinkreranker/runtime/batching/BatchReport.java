package dev.flinkreranker.runtime.batching;

/**
 * One batch that ran.
 *
 * @param device name of the device that it ran on
 * @param pairs number of pairs
 * @param tokens sum of their lengths
 * @param sharedTokens those of them that were computed once for several pairs
 * @param paddedTokens rows the program computed; see {@link ScoringProfile#rows}
 * @param longest the longest length
 * @param budget the token budget it was formed under
 * @param closing why no further pair was added
 * @param meanWaitNanos mean time its pairs waited in the queue
 * @param maxWaitNanos longest time one of them waited
 * @param start when it began, in nanoseconds of the batcher's clock
 * @param deviceNanos how long the device was busy with it, retries included
 * @param cost what batches of its profile cost, as learned so far
 */
public record BatchReport(
        String device,
        int pairs,
        int tokens,
        int sharedTokens,
        int paddedTokens,
        int longest,
        int budget,
        ClosingReason closing,
        long meanWaitNanos,
        long maxWaitNanos,
        long start,
        long deviceNanos,
        BatchCost cost) {}
