package dev.flinkreranker.runtime.tokenization;

/** Which of the two published rules cuts a pair that is too long. */
public enum Truncation {
    /**
     * The rule of the reference library (FlagEmbedding 1.4): query first cut to its own limit, then
     * the passage alone.
     */
    LIBRARY,
    /**
     * The rule of the model card's snippet: {@code longest_first} for encoders, {@code max_length}
     * without the prompt for decoders.
     */
    MODEL_CARD
}
