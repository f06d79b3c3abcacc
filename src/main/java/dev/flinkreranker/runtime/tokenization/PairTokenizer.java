package dev.flinkreranker.runtime.tokenization;

/**
 * Turns (query, passage) into the token ids of one model under one {@link TokenizationSettings}.
 * Safe for use by many threads.
 *
 * <p>The two steps let a request tokenize its query once for all of its passages.
 */
public interface PairTokenizer {

    /** The query's ids after its own length limit, without special tokens. */
    TokenizedQuery query(String query);

    /** The pair of an already tokenized query and a passage. Both may be empty texts. */
    TokenizedPair pair(TokenizedQuery query, String passage);

    /** Convenience for a single pair. */
    default TokenizedPair pair(String query, String passage) {
        return pair(query(query), passage);
    }
}
