package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch of a decoder whose positions see those before them alone, ordered so that pairs with
 * equal queries stand together. The first of them computes the query's states for all, and the
 * others leave these rows out. Queries are equal if their ids and their templates are: a template
 * attends by itself, which the bits of all after it depend on.
 *
 * @param order where each pair stood before, in the order in which they go
 * @param shared how many ids each leaves out, in that order
 */
record SharedQueries(List<Integer> order, List<Integer> shared) {

    private record Query(LongBuffer ids, int template) {}

    /** Of these pairs. */
    static SharedQueries of(List<TokenizedPair> pairs) {
        Map<Query, List<Integer>> byQuery = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            Query query = new Query(pairs.get(i).query(), template(pairs.get(i)));
            byQuery.computeIfAbsent(query, equal -> new ArrayList<>()).add(i);
        }
        List<Integer> order = new ArrayList<>(pairs.size());
        List<Integer> shared = new ArrayList<>(pairs.size());
        for (List<Integer> equal : byQuery.values()) {
            boolean led = false;
            for (int i : equal) {
                int tokens = tokens(pairs.get(i));
                shared.add(led ? tokens : 0);
                order.add(i);
                led |= tokens > 0;
            }
        }
        return new SharedQueries(order, shared);
    }

    /**
     * How many ids of a pair are computed once for all with its query. None of one that ends with
     * its query: the last state is its own.
     */
    static int tokens(TokenizedPair pair) {
        return pair.length() > pair.queryLength() ? pair.queryLength() : 0;
    }

    /**
     * How many ids at the beginning of a pair's query attend by themselves, because other queries
     * may begin with them; 0 if they are too few, or the whole query.
     */
    static int template(TokenizedPair pair) {
        int tokens = pair.templateLength();
        return tokens >= PrefixCache.LEAST_TOKENS && tokens < pair.queryLength() ? tokens : 0;
    }

    /** How many rows are left out, of all pairs. */
    int left() {
        return shared.stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * The rows of kept states, without those left out.
     *
     * @param from of each pair, as the pairs stood before
     */
    KeptRows rows(List<PairStates> from) {
        KeptRows rows = new KeptRows();
        for (int i = 0; i < order.size(); i++) {
            PairStates states = from.get(order.get(i));
            if (shared.get(i) > 0) {
                rows.rest(states);
            } else {
                rows.all(states);
            }
        }
        return rows;
    }

    /**
     * The states of each pair in those of this batch, as the pairs stood before.
     *
     * @param layers how many layers they have passed
     * @param lengths how many states each pair has, as the pairs stood before
     */
    List<PairStates> states(
            BatchStates batch, int layers, List<TokenizedPair> pairs, List<Integer> lengths) {
        PairStates[] states = new PairStates[order.size()];
        int start = 0;
        int leader = 0;
        for (int i = 0; i < states.length; i++) {
            int pair = order.get(i);
            int left = shared.get(i);
            leader = left > 0 ? leader : start;
            // Whether it brings its query's rows or not, later batches may share them.
            int query = tokens(pairs.get(pair));
            int rest = lengths.get(pair) - query;
            states[pair] =
                    new PairStates(
                            batch,
                            layers,
                            new PairStates.Rows(leader, query),
                            new PairStates.Rows(left > 0 ? start : start + query, rest));
            start += lengths.get(pair) - left;
        }
        return List.of(states);
    }

    /**
     * Scores as the pairs stood before.
     *
     * @param scores [cutoff][pair] in this order
     */
    float[] inFirstOrder(float[] scores) {
        float[] back = new float[scores.length];
        int pairs = order.size();
        for (int i = 0; i < scores.length; i++) {
            back[i / pairs * pairs + order.get(i % pairs)] = scores[i];
        }
        return back;
    }

    /** A batch in which nobody leaves anything out. */
    static SharedQueries none(int pairs) {
        List<Integer> order = new ArrayList<>(pairs);
        for (int i = 0; i < pairs; i++) {
            order.add(i);
        }
        return new SharedQueries(order, Collections.nCopies(pairs, 0));
    }
}
