package dev.flinkreranker.runtime.tokenization;

import java.util.Objects;

/**
 * Pairs for llama-nemotron-rerank: {@code bos "question:"query " \n \n passage:"passage}, as its
 * model card tokenizes it in one text, cut to {@code max_length}.
 *
 * <p>Here the text is cut before the blank that {@code passage:} follows, so that a query is
 * tokenized once for all of its passages. The ids are the same: Llama 3's pre-tokenizer ends a run
 * of blanks at its last line break, and joins the blank after that with the word. The query has no
 * limit of its own unless one is asked for.
 */
final class QuestionPairTokenizer implements PairTokenizer {

    private final TextEncoder encoder;
    private final TruncationSide side;
    private final long[] bos;
    private final int queryLimit;
    private final int limit;
    private final String beforeQuery;
    private final String beforePassage;

    /**
     * @param bos the id that starts the sequence, or none
     */
    QuestionPairTokenizer(
            TextEncoder encoder,
            long[] bos,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        this.encoder = encoder;
        this.side = side;
        this.bos = bos;
        this.limit = limits.max() - bos.length;
        this.queryLimit =
                settings.queryMaxLength() == null ? limit : Math.min(limits.query(), limit);
        this.beforeQuery =
                "question:" + Objects.requireNonNullElse(settings.queryInstruction(), "");
        this.beforePassage =
                " passage:" + Objects.requireNonNullElse(settings.passageInstruction(), "");
    }

    @Override
    public TokenizedQuery query(String query) {
        long[] ids = encoder.ids(beforeQuery + query + " \n \n", queryLimit, side);
        boolean cut = ids.length > queryLimit;
        return new TokenizedQuery(cut ? side.kept(ids, queryLimit) : ids, cut);
    }

    @Override
    public TokenizedPair pair(TokenizedQuery query, String passage) {
        int asked = query.ids().length;
        long[] ids = encoder.ids(beforePassage + passage, limit, side);
        int room = side == TruncationSide.LEFT ? limit : limit - asked;
        int kept = Math.min(ids.length, room);
        int keptQuery = Math.min(asked, limit - kept);
        IdBuffer row =
                new IdBuffer(bos.length + keptQuery + kept)
                        .append(bos)
                        .append(side.kept(query.ids(), keptQuery));
        int queryLength = row.length();
        row.append(side.kept(ids, kept));
        boolean truncated = query.truncated() || keptQuery < asked || kept < ids.length;
        return new TokenizedPair(row.ids(), queryLength, 0, truncated);
    }
}
