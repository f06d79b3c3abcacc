package dev.flinkreranker.runtime.tokenization;

/**
 * Every setting that decides which token ids a pair becomes. {@code null} means the model's own
 * default.
 *
 * @param maxLength limit in tokens; what it covers depends on {@link Truncation}; at least 8; null
 *     for 512, or the model's own limit where that is lower
 * @param queryMaxLength limit of the query in tokens; null for three quarters of {@code maxLength}
 * @param truncation the rule for pairs that are too long
 * @param prompt the question put after the passage (decoders only); null for the model's own
 * @param queryInstruction text put before the query; null for the model's own ("A: " for decoders,
 *     none for encoders)
 * @param passageInstruction text put before the passage; null for the model's own ("B: " for
 *     decoders, none for encoders)
 * @param specialTokens what becomes of text that spells a control token
 */
public record TokenizationSettings(
        Integer maxLength,
        Integer queryMaxLength,
        Truncation truncation,
        String prompt,
        String queryInstruction,
        String passageInstruction,
        SpecialTokens specialTokens) {

    /** What an unset {@code maxLength} means for a model that takes as much, in tokens. */
    public static final int DEFAULT_MAX_LENGTH = 512;

    private static final TokenizationSettings DEFAULTS =
            new TokenizationSettings(
                    null, null, Truncation.LIBRARY, null, null, null, SpecialTokens.PLAIN_TEXT);

    /** The reference's behaviour, except that control tokens in text are plain text. */
    public static TokenizationSettings defaults() {
        return DEFAULTS;
    }
}
