package dev.flinkreranker.runtime.tokenization;

import java.nio.LongBuffer;

/**
 * One (query, passage) pair as the token ids that the model sees, special tokens included, padding
 * excluded.
 *
 * @param ids the token ids, length 1 to the tokenizer's limit; not copied, so not to be written to
 * @param queryLength number of leading ids up to the passage: for an encoder with the special
 *     tokens before the passage, for a decoder bos, query and first separator
 * @param promptLength number of trailing ids after the passage: 0 for an encoder, for a decoder
 *     second separator and prompt
 * @param truncated whether tokens of the query or the passage were cut to meet a length limit
 * @param passageType token type of the ids from the passage on, for models that know token types;
 *     those before it are of type 0
 * @param templateLength number of leading ids that are the template's, whatever the query is; at
 *     most {@code queryLength}
 */
public record TokenizedPair(
        long[] ids,
        int queryLength,
        int promptLength,
        boolean truncated,
        int passageType,
        int templateLength) {

    /** A pair whose ids are all of token type 0, and none of them the template's. */
    public TokenizedPair(long[] ids, int queryLength, int promptLength, boolean truncated) {
        this(ids, queryLength, promptLength, truncated, 0, 0);
    }

    /** The ids up to the passage: what pairs of one request begin with. */
    public LongBuffer query() {
        return first(queryLength);
    }

    /** So many ids, from the first on. */
    public LongBuffer first(int count) {
        return LongBuffer.wrap(ids, 0, count);
    }

    /** Number of tokens that the model processes for this pair. */
    public int length() {
        return ids.length;
    }

    /** Number of passage tokens: what token compression may merge. */
    public int passageLength() {
        return ids.length - queryLength - promptLength;
    }
}
