package dev.flinkreranker.workbench.model;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;

/**
 * The lengths of a pair.
 *
 * @param query tokens before the passage
 * @param passage tokens of the passage
 * @param prompt tokens after the passage
 */
record TokenCounts(int query, int passage, int prompt) {

    private static final int MOST = 1 << 20;

    /** Refuses counts below 0, and a pair of no token or more than a million. */
    TokenCounts {
        if (query < 0 || passage < 0 || prompt < 0) {
            throw new IllegalArgumentException("counts must not be below 0");
        }
        long total = (long) query + passage + prompt;
        if (total < 1 || total > MOST) {
            throw new IllegalArgumentException("a pair has 1 to " + MOST + " tokens");
        }
    }

    /** Tokens of the whole pair. */
    int total() {
        return query + passage + prompt;
    }

    /** A pair of these lengths; its ids are all 0. */
    TokenizedPair pair() {
        return new TokenizedPair(new long[total()], query, prompt, false);
    }
}
