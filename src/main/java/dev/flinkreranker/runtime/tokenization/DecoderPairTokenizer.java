package dev.flinkreranker.runtime.tokenization;

import dev.flinkreranker.runtime.tokenization.ScoreTemplate.PairText;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Pairs for a decoder with a question after the passage: {@code before | query | "\n" | passage |
 * "\n" | question}. Every part is tokenized on its own and the ids are joined, as the models' own
 * libraries do.
 */
final class DecoderPairTokenizer implements PairTokenizer {

    private static final String SEPARATOR = "\n";
    private static final String MXBAI_BEFORE =
            "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful"
                    + " assistant.<|im_end|>\n<|im_start|>user\n";
    private static final String MXBAI_QUESTION =
            "You are a search relevance expert who evaluates how well documents match search"
                    + " queries. For each query-document pair, carefully analyze the semantic"
                    + " relationship between them, then provide your binary relevance judgment (0 for"
                    + " not relevant, 1 for relevant).\nRelevance:<|im_end|>\n<|im_start|>assistant\n";

    private final TextEncoder encoder;
    private final LengthLimits limits;
    private final TruncationSide side;
    private final long[] before;
    private final long[] separator;
    private final long[] question;
    private final String beforeQuery;
    private final long[] beforeQueryIds;
    private final String beforePassage;

    /** Most tokens before the last separator. */
    private final int limit;

    private DecoderPairTokenizer(
            TextEncoder encoder,
            LengthLimits limits,
            TruncationSide side,
            long[] before,
            long[] question,
            String beforeQuery,
            String beforePassage,
            int limit) {
        this.encoder = encoder;
        this.limits = limits;
        this.side = side;
        this.before = before;
        this.separator = encoder.ids(SEPARATOR);
        this.question = question;
        this.beforeQuery = beforeQuery;
        this.beforeQueryIds = encoder.ids(beforeQuery);
        this.beforePassage = beforePassage;
        this.limit = limit;
    }

    /**
     * {@code bos "A: "query | "\n" | "B: "passage | "\n" | prompt}, as FlagEmbedding 1.4.0's {@code
     * BaseLLMReranker}.
     *
     * @param bos the id that starts the sequence, or none
     * @param prompt the question after the passage
     */
    static DecoderPairTokenizer prompted(
            TextEncoder encoder,
            long[] bos,
            String prompt,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        long[] question = encoder.ids(prompt);
        int added = encoder.ids(SEPARATOR).length + question.length;
        return new DecoderPairTokenizer(
                encoder,
                limits,
                side,
                bos,
                question,
                Objects.requireNonNullElse(settings.queryInstruction(), "A: "),
                Objects.requireNonNullElse(settings.passageInstruction(), "B: "),
                // The library adds what comes after the passage to the limit, before it adds it to
                // the row.
                settings.truncation() == Truncation.LIBRARY ? limits.max() + added : limits.max());
    }

    /**
     * A chat turn that holds both texts and the question, as mxbai-rerank 0.1.6's {@code
     * MxbaiRerankV2}. {@code max_length} counts neither the chat's control tokens and system turn
     * nor the question. An instruction comes before the query, in a line of its own.
     */
    static DecoderPairTokenizer mxbai(
            TokenizerFile file,
            TextEncoder encoder,
            LengthLimits limits,
            TruncationSide side,
            TokenizationSettings settings) {
        long[] before = ChatTemplate.ids(file, MXBAI_BEFORE);
        return new DecoderPairTokenizer(
                encoder,
                limits,
                side,
                before,
                ChatTemplate.ids(file, MXBAI_QUESTION),
                mxbaiBeforeQuery(settings.queryInstruction()),
                "document: " + Objects.requireNonNullElse(settings.passageInstruction(), ""),
                before.length + limits.max());
    }

    private static String mxbaiBeforeQuery(@Nullable String instruction) {
        return (instruction == null ? "" : "instruction: " + instruction + SEPARATOR) + "query: ";
    }

    /** A pair in the chat of {@link #mxbai} as one text, uncut. */
    static String mxbaiText(PairText texts) {
        return MXBAI_BEFORE
                + mxbaiBeforeQuery(texts.instruction())
                + texts.query()
                + SEPARATOR
                + "document: "
                + texts.document()
                + SEPARATOR
                + MXBAI_QUESTION;
    }

    /**
     * Refuses a tokenizer without the chat's control tokens.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if it lacks one
     */
    static void checkControlTokens(TokenizerFile file) {
        ChatTemplate.ids(file, MXBAI_BEFORE + MXBAI_QUESTION);
    }

    @Override
    public TokenizedQuery query(String query) {
        long[] ids = encoder.ids(beforeQuery + query, limits.query(), side);
        boolean cut = ids.length > limits.query();
        return new TokenizedQuery(cut ? side.kept(ids, limits.query()) : ids, cut);
    }

    @Override
    public TokenizedPair pair(TokenizedQuery query, String passage) {
        long[] ids = encoder.ids(beforePassage + passage, limits.max(), side);
        int whole = Math.min(ids.length, limits.max());
        int second = separator.length + whole;
        int excess = before.length + query.ids().length + second - limit;
        // Separator and passage pay; where they are too short for that, the reference cuts nothing.
        if (excess > 0 && second > excess) {
            second -= excess;
        }
        // What is cut first is the passage on the right, but the separator on the left.
        int keptPassage =
                side == TruncationSide.LEFT
                        ? Math.min(second, whole)
                        : Math.max(0, second - separator.length);
        int keptSeparator = second - keptPassage;
        int tail = separator.length + question.length;
        IdBuffer row =
                new IdBuffer(before.length + query.ids().length + second + tail)
                        .append(before)
                        .append(query.ids())
                        .append(side.kept(separator, keptSeparator));
        int queryLength = row.length();
        int template = before.length + row.common(before.length, beforeQueryIds);
        row.append(side.kept(ids, keptPassage)).append(separator).append(question);
        boolean truncated =
                query.truncated() || keptPassage < ids.length || keptSeparator < separator.length;
        return new TokenizedPair(row.ids(), queryLength, tail, truncated, 0, template);
    }
}
