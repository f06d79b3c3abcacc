package dev.flinkreranker.runtime.tokenization;

/**
 * Pairs whose query and passage the model card tokenizes as one text, with {@link PairWords} around
 * them.
 *
 * <p>Here that text is cut before the passage, at a place that no token crosses, so that a query is
 * tokenized once for all of its passages. The ids are the same.
 *
 * <p>Truncation as on the cards under both {@link Truncation} rules: all parts fill {@code
 * max_length}, and what is between prefix and suffix is cut at its end, or at its beginning where
 * that side is cut. The query has no limit of its own unless one is asked for.
 */
final class OneTextPairTokenizer implements PairTokenizer {

    private final PairWords words;
    private final TextEncoder encoder;
    private final TruncationSide side;
    private final long[] prefix;
    private final long[] beforeQuery;
    private final long[] between;
    private final long[] suffix;
    private final int limit;
    private final int queryLimit;

    /**
     * @param bos the ids that start the sequence before the words do, or none
     */
    OneTextPairTokenizer(
            PairWords words,
            long[] bos,
            TokenizerFile file,
            TextEncoder encoder,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        this.words = words;
        this.encoder = encoder;
        this.side = side;
        long[] before = ChatTemplate.ids(file, words.prefix());
        this.prefix = new IdBuffer(bos.length + before.length).append(bos).append(before).ids();
        this.beforeQuery = encoder.ids(words.beforeQuery());
        this.between = ChatTemplate.ids(file, words.between());
        this.suffix = ChatTemplate.ids(file, words.suffix());
        this.limit = limits.max() - prefix.length - suffix.length;
        this.queryLimit =
                settings.queryMaxLength() == null ? limit : Math.min(limits.query(), limit);
    }

    @Override
    public TokenizedQuery query(String query) {
        long[] ids =
                encoder.ids(words.beforeQuery() + query + words.afterQuery(), queryLimit, side);
        boolean cut = ids.length > queryLimit;
        long[] asked = cut ? side.kept(ids, queryLimit) : ids;
        long[] row =
                new IdBuffer(asked.length + between.length).append(asked).append(between).ids();
        return row.length > limit
                ? new TokenizedQuery(side.kept(row, limit), true)
                : new TokenizedQuery(row, cut);
    }

    @Override
    public TokenizedPair pair(TokenizedQuery query, String passage) {
        int asked = query.ids().length;
        long[] ids = encoder.ids(words.beforePassage() + passage, limit, side);
        int room = side == TruncationSide.LEFT ? limit : limit - asked;
        int kept = Math.min(ids.length, room);
        int keptQuery = Math.min(asked, limit - kept);
        IdBuffer row =
                new IdBuffer(prefix.length + keptQuery + kept + suffix.length)
                        .append(prefix)
                        .append(side.kept(query.ids(), keptQuery));
        int queryLength = row.length();
        int template = prefix.length + row.common(prefix.length, beforeQuery);
        row.append(side.kept(ids, kept)).append(suffix);
        boolean truncated = query.truncated() || keptQuery < asked || kept < ids.length;
        return new TokenizedPair(row.ids(), queryLength, suffix.length, truncated, 0, template);
    }
}
