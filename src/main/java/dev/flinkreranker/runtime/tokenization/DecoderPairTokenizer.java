package dev.flinkreranker.runtime.tokenization;

import java.util.Arrays;
import java.util.Objects;

/**
 * Pairs for a decoder with a prompt: {@code bos "A: "query | "\n" | "B: "passage | "\n" | prompt}.
 * Every part is tokenized on its own and the ids are joined, as FlagEmbedding 1.4.0's {@code
 * BaseLLMReranker} does.
 */
final class DecoderPairTokenizer implements PairTokenizer {

    private static final String QUERY_INSTRUCTION = "A: ";
    private static final String PASSAGE_INSTRUCTION = "B: ";
    private static final String SEPARATOR = "\n";

    private final TextEncoder encoder;
    private final LengthLimits limits;
    private final long[] bos;
    private final long[] separator;
    private final long[] prompt;
    private final String queryInstruction;
    private final String passageInstruction;

    /** Most tokens before the last separator; {@code limit} in the reference's words. */
    private final int limit;

    /**
     * @param bos the id that starts the sequence, or none
     * @param prompt the question after the passage
     */
    DecoderPairTokenizer(
            TextEncoder encoder,
            long[] bos,
            String prompt,
            LengthLimits limits,
            TokenizationSettings settings) {
        this.encoder = encoder;
        this.limits = limits;
        this.bos = bos;
        this.separator = encoder.ids(SEPARATOR);
        this.prompt = encoder.ids(prompt);
        this.queryInstruction =
                Objects.requireNonNullElse(settings.queryInstruction(), QUERY_INSTRUCTION);
        this.passageInstruction =
                Objects.requireNonNullElse(settings.passageInstruction(), PASSAGE_INSTRUCTION);
        // The library adds what comes after the passage to the limit, before it adds it to the row.
        this.limit =
                settings.truncation() == Truncation.LIBRARY
                        ? limits.max() + separator.length + this.prompt.length
                        : limits.max();
    }

    @Override
    public TokenizedQuery query(String query) {
        long[] ids = encoder.ids(queryInstruction + query, limits.query());
        boolean cut = ids.length > limits.query();
        return new TokenizedQuery(cut ? Arrays.copyOf(ids, limits.query()) : ids, cut);
    }

    @Override
    public TokenizedPair pair(TokenizedQuery query, String passage) {
        long[] ids = encoder.ids(passageInstruction + passage, limits.max());
        int second = separator.length + Math.min(ids.length, limits.max());
        int excess = bos.length + query.ids().length + second - limit;
        // Separator and passage pay; where they are too short for that, the reference cuts nothing.
        if (excess > 0 && second > excess) {
            second -= excess;
        }
        int keptSeparator = Math.min(second, separator.length);
        int keptPassage = second - keptSeparator;
        int tail = separator.length + prompt.length;
        IdBuffer row =
                new IdBuffer(bos.length + query.ids().length + second + tail)
                        .append(bos)
                        .append(query.ids())
                        .append(separator, keptSeparator);
        int queryLength = row.length();
        row.append(ids, keptPassage).append(separator).append(prompt);
        boolean truncated = query.truncated() || keptPassage < ids.length;
        return new TokenizedPair(row.ids(), queryLength, tail, truncated);
    }
}
