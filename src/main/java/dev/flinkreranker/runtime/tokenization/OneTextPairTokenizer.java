package dev.flinkreranker.runtime.tokenization;

import dev.flinkreranker.runtime.tokenization.ScoreTemplate.PairText;
import java.util.Objects;

/**
 * Pairs whose query and passage the model card tokenizes as one text: {@code prefix query passage
 * suffix}.
 *
 * <p>Here that text is cut before the passage, at a place that no token crosses, so that a query is
 * tokenized once for all of its passages. The ids are the same.
 *
 * <p>Truncation as on the cards under both {@link Truncation} rules: all four parts fill {@code
 * max_length}, and the text is cut at its end, or at its beginning where that side is cut. The
 * query has no limit of its own unless one is asked for.
 */
final class OneTextPairTokenizer implements PairTokenizer {

    private static final String QWEN3_PREFIX =
            "<|im_start|>system\nJudge whether the Document meets the requirements based on the"
                    + " Query and the Instruct provided. Note that the answer can only be \"yes\" or"
                    + " \"no\".<|im_end|>\n<|im_start|>user\n";
    private static final String QWEN3_SUFFIX =
            "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
    private static final String QWEN3_INSTRUCTION =
            "Given a web search query, retrieve relevant passages that answer the query";

    private final TextEncoder encoder;
    private final TruncationSide side;
    private final long[] prefix;
    private final long[] suffix;
    private final int limit;
    private final int queryLimit;
    private final String beforeQuery;
    private final String afterQuery;
    private final String beforePassage;

    private OneTextPairTokenizer(
            TextEncoder encoder,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings,
            long[] prefix,
            long[] suffix,
            String beforeQuery,
            String afterQuery,
            String beforePassage) {
        this.encoder = encoder;
        this.side = side;
        this.prefix = prefix;
        this.suffix = suffix;
        this.limit = limits.max() - prefix.length - suffix.length;
        this.queryLimit =
                settings.queryMaxLength() == null ? limit : Math.min(limits.query(), limit);
        this.beforeQuery = beforeQuery;
        this.afterQuery = afterQuery;
        this.beforePassage = beforePassage;
    }

    /**
     * Qwen3-Reranker's: a chat turn that holds instruction, query and document, and an answer with
     * an empty thought. The pre-tokenizer never joins the line break that ends the query with what
     * follows it, and {@code "<Document>"} does not start with a line break or a blank. (The card's
     * {@code max_length} is 8192.)
     */
    static OneTextPairTokenizer qwen3(
            TokenizerFile file,
            TextEncoder encoder,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        return new OneTextPairTokenizer(
                encoder,
                limits,
                side,
                settings,
                ChatTemplate.ids(file, QWEN3_PREFIX),
                ChatTemplate.ids(file, QWEN3_SUFFIX),
                "<Instruct>: "
                        + Objects.requireNonNullElse(settings.queryInstruction(), QWEN3_INSTRUCTION)
                        + "\n<Query>: ",
                "\n",
                "<Document>: " + Objects.requireNonNullElse(settings.passageInstruction(), ""));
    }

    /**
     * llama-nemotron-rerank's: {@code bos "question:"query " \n \n passage:"passage}. Llama 3's
     * pre-tokenizer ends a run of blanks at its last line break, and joins the blank after that
     * with the word {@code passage:}.
     *
     * @param bos the id that starts the sequence, or none
     */
    static OneTextPairTokenizer nemotron(
            TextEncoder encoder,
            long[] bos,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        return new OneTextPairTokenizer(
                encoder,
                limits,
                side,
                settings,
                bos,
                new long[0],
                "question:" + Objects.requireNonNullElse(settings.queryInstruction(), ""),
                " \n \n",
                " passage:" + Objects.requireNonNullElse(settings.passageInstruction(), ""));
    }

    /** A pair as Qwen3-Reranker sees it, as one text, uncut. */
    static String qwen3Text(PairText texts) {
        return QWEN3_PREFIX
                + "<Instruct>: "
                + Objects.requireNonNullElse(texts.instruction(), QWEN3_INSTRUCTION)
                + "\n<Query>: "
                + texts.query()
                + "\n<Document>: "
                + texts.document()
                + QWEN3_SUFFIX;
    }

    /**
     * How many tokens Qwen3-Reranker's template takes of every row.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the tokenizer
     *     lacks one of its control tokens
     */
    static int qwen3TemplateLength(TokenizerFile file) {
        return ChatTemplate.ids(file, QWEN3_PREFIX).length
                + ChatTemplate.ids(file, QWEN3_SUFFIX).length;
    }

    @Override
    public TokenizedQuery query(String query) {
        long[] ids = encoder.ids(beforeQuery + query + afterQuery, queryLimit, side);
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
                new IdBuffer(prefix.length + keptQuery + kept + suffix.length)
                        .append(prefix)
                        .append(side.kept(query.ids(), keptQuery));
        int queryLength = row.length();
        row.append(side.kept(ids, kept)).append(suffix);
        boolean truncated = query.truncated() || keptQuery < asked || kept < ids.length;
        return new TokenizedPair(row.ids(), queryLength, suffix.length, truncated);
    }
}
