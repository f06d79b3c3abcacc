package dev.flinkreranker.runtime.tokenization;

import dev.flinkreranker.runtime.tokenization.ScoreTemplate.PairText;
import java.util.Objects;

/**
 * Pairs for Qwen3-Reranker, as its model card asks: a chat turn that holds instruction, query and
 * document, and an answer with an empty thought.
 *
 * <p>The card tokenizes the turn's body as one text. Here it is cut after the line break that ends
 * the query, so that a query is tokenized once for all of its passages. The ids are the same: the
 * pre-tokenizer never joins a line break with what follows it, and {@code "<Document>"} does not
 * start with a line break or a blank.
 *
 * <p>Truncation as on the card under both {@link Truncation} rules: prefix, body and suffix fill
 * {@code max_length}, and the body is cut at its end, or at its beginning where that side is cut.
 * The query has no limit of its own unless one is asked for. (The card's {@code max_length} is
 * 8192.)
 */
final class ChatPairTokenizer implements PairTokenizer {

    private static final String PREFIX =
            "<|im_start|>system\nJudge whether the Document meets the requirements based on the"
                    + " Query and the Instruct provided. Note that the answer can only be \"yes\" or"
                    + " \"no\".<|im_end|>\n<|im_start|>user\n";
    private static final String SUFFIX =
            "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
    private static final String INSTRUCTION =
            "Given a web search query, retrieve relevant passages that answer the query";

    private final TextEncoder encoder;
    private final long[] prefix;
    private final long[] suffix;
    private final TruncationSide side;
    private final int body;
    private final int queryLimit;
    private final boolean queryLimited;
    private final String beforeQuery;
    private final String beforeDocument;

    ChatPairTokenizer(
            TokenizerFile file,
            TextEncoder encoder,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        this.encoder = encoder;
        this.side = side;
        this.prefix = ChatTemplate.ids(file, PREFIX);
        this.suffix = ChatTemplate.ids(file, SUFFIX);
        this.body = limits.max() - prefix.length - suffix.length;
        this.queryLimited = settings.queryMaxLength() != null;
        this.queryLimit = queryLimited ? Math.min(limits.query(), body) : body;
        this.beforeQuery =
                "<Instruct>: "
                        + Objects.requireNonNullElse(settings.queryInstruction(), INSTRUCTION)
                        + "\n<Query>: ";
        this.beforeDocument =
                "<Document>: " + Objects.requireNonNullElse(settings.passageInstruction(), "");
    }

    /** A pair as one text, uncut. */
    static String text(PairText texts) {
        return PREFIX
                + "<Instruct>: "
                + Objects.requireNonNullElse(texts.instruction(), INSTRUCTION)
                + "\n<Query>: "
                + texts.query()
                + "\n<Document>: "
                + texts.document()
                + SUFFIX;
    }

    /** How many tokens the template takes of every row. */
    static int templateLength(TokenizerFile file) {
        return ChatTemplate.ids(file, PREFIX).length + ChatTemplate.ids(file, SUFFIX).length;
    }

    @Override
    public TokenizedQuery query(String query) {
        long[] ids = encoder.ids(beforeQuery + query + "\n", queryLimit, side);
        boolean cut = ids.length > queryLimit;
        return new TokenizedQuery(cut ? side.kept(ids, queryLimit) : ids, cut);
    }

    @Override
    public TokenizedPair pair(TokenizedQuery query, String passage) {
        int asked = query.ids().length;
        long[] ids = encoder.ids(beforeDocument + passage, body, side);
        int room = side == TruncationSide.LEFT ? body : body - asked;
        int kept = Math.min(ids.length, room);
        int keptQuery = Math.min(asked, body - kept);
        IdBuffer row =
                new IdBuffer(prefix.length + keptQuery + kept + suffix.length)
                        .append(prefix)
                        .append(side.kept(query.ids(), keptQuery));
        int queryLength = row.length();
        row.append(side.kept(ids, kept)).append(suffix);
        boolean truncated = query.truncated() || keptQuery < asked || kept < ids.length;
        return new TokenizedPair(row.ids(), queryLength, suffix.length, truncated);
    }
}
