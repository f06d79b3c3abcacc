package dev.flinkreranker.runtime.tokenization;

/**
 * One (query, passage) pair as the token ids that the model sees, special tokens included, padding
 * excluded.
 *
 * @param ids the token ids, length 1 to the tokenizer's limit; not copied, so not to be written to
 * @param queryLength number of leading ids up to the passage: for an encoder everything of segment
 *     0 (its special tokens included), for a decoder bos, query and first separator
 * @param promptLength number of trailing ids after the passage: 0 for an encoder, for a decoder
 *     second separator and prompt
 * @param truncated whether tokens of the query or the passage were cut to meet a length limit
 */
public record TokenizedPair(long[] ids, int queryLength, int promptLength, boolean truncated) {

    /** Number of tokens that the model processes for this pair. */
    public int length() {
        return ids.length;
    }

    /** Number of passage tokens: what token compression may merge. */
    public int passageLength() {
        return ids.length - queryLength - promptLength;
    }
}
