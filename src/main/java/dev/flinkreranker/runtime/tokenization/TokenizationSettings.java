package dev.flinkreranker.runtime.tokenization;

import org.jspecify.annotations.Nullable;

/**
 * Every setting that decides which token ids a pair becomes. Null means the model's own default.
 *
 * @param maxLength limit in tokens; what it covers depends on {@link Truncation}; at least 8; 512
 *     by default, or the model's own limit where that is lower (its positions, {@code
 *     model_max_length}, {@code max_seq_length})
 * @param queryMaxLength limit of the query in tokens; three quarters of {@code maxLength} by
 *     default
 * @param truncation the rule for pairs that are too long
 * @param truncationSide at which end they are cut; by default as the model's tokenizer says
 * @param prompt the question put after the passage (decoders only)
 * @param queryInstruction text put before the query; by default "A: " for decoders, none for
 *     encoders
 * @param passageInstruction text put before the passage; by default "B: " for decoders, none for
 *     encoders
 * @param specialTokens what becomes of text that spells a control token
 */
public record TokenizationSettings(
        @Nullable Integer maxLength,
        @Nullable Integer queryMaxLength,
        Truncation truncation,
        @Nullable TruncationSide truncationSide,
        @Nullable String prompt,
        @Nullable String queryInstruction,
        @Nullable String passageInstruction,
        SpecialTokens specialTokens) {

    /** What an unset {@code maxLength} means for a model that takes as much, in tokens. */
    public static final int DEFAULT_MAX_LENGTH = 512;

    private static final TokenizationSettings DEFAULTS =
            new TokenizationSettings(
                    null,
                    null,
                    Truncation.LIBRARY,
                    null,
                    null,
                    null,
                    null,
                    SpecialTokens.PLAIN_TEXT);

    /** The same, but for another limit in tokens. */
    public TokenizationSettings withMaxLength(int limit) {
        return new TokenizationSettings(
                limit,
                queryMaxLength,
                truncation,
                truncationSide,
                prompt,
                queryInstruction,
                passageInstruction,
                specialTokens);
    }

    /** The same, but for another text before the query. */
    public TokenizationSettings withQueryInstruction(String instruction) {
        return new TokenizationSettings(
                maxLength,
                queryMaxLength,
                truncation,
                truncationSide,
                prompt,
                instruction,
                passageInstruction,
                specialTokens);
    }

    /** The reference's behaviour, except that control tokens in text are plain text. */
    public static TokenizationSettings defaults() {
        return DEFAULTS;
    }
}
