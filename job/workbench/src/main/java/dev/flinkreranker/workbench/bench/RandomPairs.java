package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Pairs of random ids, as any checkpoint takes them.
 *
 * @param tokens of a pair
 * @param template how many of them all pairs begin with, whatever the seed
 * @param query how many come before the passage, those of the template included
 * @param shared whether all pairs have the same query, as those of a request
 */
record RandomPairs(int tokens, int template, int query, boolean shared) {

    /** Tokens of the prompt behind the passage, as in the tables of compression. */
    static final int PROMPT = 12;

    /** The lowest ids are control tokens in every family. */
    private static final int LOWEST = 10;

    /**
     * So many pairs.
     *
     * @param vocabulary number of ids of the model
     */
    List<TokenizedPair> list(int count, int vocabulary, long seed) {
        long[] begin = new Random(0).longs(template, LOWEST, vocabulary).toArray();
        Random random = new Random(seed);
        List<TokenizedPair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long[] ids = random.longs(tokens, LOWEST, vocabulary).toArray();
            System.arraycopy(begin, 0, ids, 0, template);
            if (shared && i > 0) {
                System.arraycopy(pairs.get(0).ids(), 0, ids, 0, query);
            }
            pairs.add(new TokenizedPair(ids, query, PROMPT, false, 0, template));
        }
        return pairs;
    }
}
