package dev.flinkreranker.runtime.batching;

/** Why no further pair was added to a batch. */
public enum ClosingReason {
    /** Nothing more of its profile was waiting. */
    DRAINED,
    /** The next pair would have exceeded the token budget. */
    TOKENS,
    /** It reached the limit of pairs. */
    PAIRS,
    /** A further pair would have made one in the batch miss its deadline. */
    DEADLINE,
    /**
     * A further pair would have made it take longer than a batch should, or what batches cost is
     * not known yet and it is kept small for that.
     */
    TIME
}
