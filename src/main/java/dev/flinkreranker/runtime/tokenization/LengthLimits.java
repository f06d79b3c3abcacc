package dev.flinkreranker.runtime.tokenization;

/**
 * The limits that a {@link TokenizationSettings} comes down to.
 *
 * @param max {@code max_length} in tokens
 * @param query most tokens of the query alone
 */
record LengthLimits(int max, int query) {

    /**
     * Fills in the defaults of the reference library: 512, and three quarters of that for the
     * query, rounded down.
     *
     * @param own the model's own limit, which is the default where it is below 512
     */
    static LengthLimits of(TokenizationSettings settings, int own) {
        int max =
                settings.maxLength() != null
                        ? settings.maxLength()
                        : Math.min(TokenizationSettings.DEFAULT_MAX_LENGTH, own);
        int query =
                settings.queryMaxLength() != null
                        ? settings.queryMaxLength()
                        : (int) (max * 3L / 4);
        return new LengthLimits(max, query);
    }
}
