package dev.flinkreranker.runtime.tokenization;

import java.util.Objects;

/**
 * Pairs for an embedding model: two texts, one after the other, each {@code before text after} with
 * at most {@code max_length} tokens, the special ones included. As Sentence Transformers tokenizes
 * them; the passage pays nothing for a long query.
 */
final class TextsTokenizer implements PairTokenizer {

    private final TextEncoder encoder;
    private final TruncationSide side;
    private final long[] before;
    private final long[] after;
    private final int queryLimit;
    private final int passageLimit;
    private final String queryInstruction;
    private final String passageInstruction;

    TextsTokenizer(
            TextEncoder encoder,
            PairTemplate template,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        this.encoder = encoder;
        this.side = side;
        this.before = template.before();
        this.after = template.after();
        this.passageLimit = limits.max() - before.length - after.length;
        this.queryLimit =
                settings.queryMaxLength() == null
                        ? passageLimit
                        : Math.min(passageLimit, limits.query());
        this.queryInstruction = Objects.requireNonNullElse(settings.queryInstruction(), "");
        this.passageInstruction = Objects.requireNonNullElse(settings.passageInstruction(), "");
    }

    @Override
    public TokenizedQuery query(String query) {
        long[] ids = encoder.ids(queryInstruction + query, queryLimit, side);
        int kept = Math.min(ids.length, queryLimit);
        long[] row =
                new IdBuffer(before.length + kept + after.length)
                        .append(before)
                        .append(side.kept(ids, kept))
                        .append(after)
                        .ids();
        return new TokenizedQuery(row, kept < ids.length);
    }

    @Override
    public TokenizedPair pair(TokenizedQuery query, String passage) {
        long[] ids = encoder.ids(passageInstruction + passage, passageLimit, side);
        int kept = Math.min(ids.length, passageLimit);
        int queryLength = query.ids().length;
        IdBuffer row =
                new IdBuffer(queryLength + before.length + kept + after.length)
                        .append(query.ids())
                        .append(before)
                        .append(side.kept(ids, kept))
                        .append(after);
        boolean truncated = query.truncated() || kept < ids.length;
        return new TokenizedPair(row.ids(), queryLength, 0, truncated);
    }
}
