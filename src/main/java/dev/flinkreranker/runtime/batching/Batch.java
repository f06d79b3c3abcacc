package dev.flinkreranker.runtime.batching;

import java.util.List;

/**
 * Pairs that go to the device together.
 *
 * @param profile what they share
 * @param pairs at least one
 * @param tokens sum of their lengths
 * @param computed those of them that are computed: what pairs share counts once
 * @param squares sum of their squared lengths
 * @param longest the longest length
 * @param closing why no further pair was added
 * @param budget the token budget the batch was formed under
 */
record Batch<P, S>(
        ScoringProfile<P, S> profile,
        List<QueuedPair<P, S>> pairs,
        int tokens,
        int computed,
        double squares,
        int longest,
        ClosingReason closing,
        int budget) {}
