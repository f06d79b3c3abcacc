package dev.flinkreranker.runtime.tokenization;

import java.util.Objects;

/**
 * Pairs for a cross-encoder: {@code before query between passage after}.
 *
 * <p>Truncation as in FlagEmbedding 1.4.0's {@code BaseReranker} ({@link Truncation#LIBRARY}) or as
 * in the model card's call of the Hugging Face tokenizer, {@code longest_first} ({@link
 * Truncation#MODEL_CARD}).
 */
final class EncoderPairTokenizer implements PairTokenizer {

    private final TextEncoder encoder;
    private final PairTemplate template;
    private final LengthLimits limits;
    private final TruncationSide side;
    private final boolean library;
    private final boolean queryLimited;
    private final String queryInstruction;
    private final String passageInstruction;

    EncoderPairTokenizer(
            TextEncoder encoder,
            PairTemplate template,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        this.encoder = encoder;
        this.template = template;
        this.limits = limits;
        this.side = side;
        this.library = settings.truncation() == Truncation.LIBRARY;
        // The model card knows no limit for the query; one that is asked for holds all the same.
        this.queryLimited = library || settings.queryMaxLength() != null;
        this.queryInstruction = Objects.requireNonNullElse(settings.queryInstruction(), "");
        this.passageInstruction = Objects.requireNonNullElse(settings.passageInstruction(), "");
    }

    /** Length of the longest pair that can come out, in tokens. */
    static long longest(PairTemplate template, LengthLimits limits, Truncation truncation) {
        boolean uncut =
                truncation == Truncation.LIBRARY
                        && (long) limits.query() + template.specialTokens() >= limits.max();
        return uncut
                ? (long) limits.query() + limits.max() + template.specialTokens()
                : limits.max();
    }

    @Override
    public TokenizedQuery query(String query) {
        int limit = queryLimited ? limits.query() : limits.max();
        long[] ids = encoder.ids(queryInstruction + query, limit, side);
        boolean cut = queryLimited && ids.length > limit;
        return new TokenizedQuery(cut ? side.kept(ids, limit) : ids, cut);
    }

    @Override
    public TokenizedPair pair(TokenizedQuery query, String passage) {
        long[] ids = encoder.ids(passageInstruction + passage, limits.max(), side);
        Kept kept =
                library
                        ? onlyPassage(query.ids().length, Math.min(ids.length, limits.max()))
                        : longestFirst(query.ids().length, ids.length);
        boolean truncated =
                query.truncated()
                        || kept.query() < query.ids().length
                        || kept.passage() < ids.length;
        IdBuffer pair =
                new IdBuffer(kept.query() + kept.passage() + template.specialTokens())
                        .append(template.before())
                        .append(side.kept(query.ids(), kept.query()))
                        .append(template.between());
        int queryLength = pair.length();
        pair.append(side.kept(ids, kept.passage())).append(template.after());
        return new TokenizedPair(pair.ids(), queryLength, 0, truncated, template.passageType(), 0);
    }

    /** How many tokens of each stay. */
    private record Kept(int query, int passage) {}

    /** The library's rule: the passage pays; where it is too short for that, nobody does. */
    private Kept onlyPassage(int query, int passage) {
        int excess = query + passage + template.specialTokens() - limits.max();
        return new Kept(query, excess > 0 && passage > excess ? passage - excess : passage);
    }

    /** The rule {@code longest_first} of Hugging Face's Rust tokenizers. */
    private Kept longestFirst(int query, int passage) {
        int budget = limits.max() - template.specialTokens();
        if (query + passage <= budget) {
            return new Kept(query, passage);
        }
        int shorter = Math.min(query, passage);
        int longer = shorter > budget ? shorter : Math.max(shorter, budget - shorter);
        if (shorter + longer > budget) {
            shorter = budget / 2;
            longer = shorter + budget % 2;
        }
        return query > passage ? new Kept(longer, shorter) : new Kept(shorter, longer);
    }
}
