package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.KeptTensor;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one call takes from a {@link PrefixCache}, and what it brings there. The keys and values
 * taken lie after the batch's own rows, one prefix after another. Closed when the call has ended.
 */
final class PrefixLoan implements AutoCloseable {

    private final PrefixCache cache;
    private final boolean softcap;
    private final int layers;
    private final int[] shared;
    private final int[] cached;

    /** Where each begins, counted from the end of the batch's own rows. */
    private final Map<CachedPrefix, Integer> taken = new LinkedHashMap<>();

    private final List<CachedPrefix> coming = new ArrayList<>();
    private final List<Integer> comingPairs = new ArrayList<>();

    private PrefixLoan(PrefixCache cache, SharedQueries queries, boolean softcap, int layers) {
        this.cache = cache;
        this.softcap = softcap;
        this.layers = layers;
        this.shared = queries.shared().stream().mapToInt(Integer::intValue).toArray();
        this.cached = new int[shared.length];
        Arrays.fill(cached, -1);
    }

    /** For a call that computes all it needs, and brings nothing. */
    static PrefixLoan none(PrefixCache cache, SharedQueries queries) {
        return new PrefixLoan(cache, queries, false, 0);
    }

    /**
     * Takes what is there of what the pairs begin with, and reserves room for what is not.
     *
     * @param pairs in the order in which they go
     * @param layers how many layers the call runs, from the lowest on
     */
    static PrefixLoan of(
            PrefixCache cache,
            List<TokenizedPair> pairs,
            SharedQueries queries,
            boolean softcap,
            int layers) {
        PrefixLoan loan = new PrefixLoan(cache, queries, softcap, layers);
        for (int i = 0; i < pairs.size(); i++) {
            if (loan.shared[i] == 0) {
                loan.lend(i, pairs.get(i));
            }
        }
        return loan;
    }

    private void lend(int index, TokenizedPair pair) {
        int query = SharedQueries.tokens(pair);
        if (query >= PrefixCache.LEAST_TOKENS && !take(index, pair, query)) {
            int template = SharedQueries.template(pair);
            if (template > 0 && !take(index, pair, template)) {
                reserve(index, pair, template);
            }
            reserve(index, pair, query);
        }
    }

    private boolean take(int index, TokenizedPair pair, int tokens) {
        CachedPrefix prefix = cache.borrow(key(pair, tokens), layers);
        if (prefix == null) {
            return false;
        }
        if (taken.containsKey(prefix)) {
            cache.giveBack(prefix);
        } else {
            taken.put(prefix, taken.keySet().stream().mapToInt(CachedPrefix::tokens).sum());
        }
        shared[index] = tokens;
        cached[index] = taken.get(prefix);
        return true;
    }

    private void reserve(int index, TokenizedPair pair, int tokens) {
        CachedPrefix prefix = cache.reserve(key(pair, tokens), layers);
        if (prefix != null) {
            coming.add(prefix);
            comingPairs.add(index);
        }
    }

    private CachedPrefix.Key key(TokenizedPair pair, int tokens) {
        int template = SharedQueries.template(pair);
        return new CachedPrefix.Key(pair.first(tokens), template < tokens ? template : 0, softcap);
    }

    /** How many ids each pair leaves out. */
    int[] shared() {
        return shared;
    }

    /**
     * Where those that a pair leaves out lie among what was taken; -1 where a pair before it has
     * them.
     */
    int[] cached() {
        return cached;
    }

    /** Adds what was taken, then the pair and the number of tokens of each that is to come. */
    void addTo(ProgramCall call) {
        List<KeptTensor> tensors = new ArrayList<>();
        taken.keySet().forEach(prefix -> tensors.add(prefix.tensor));
        call.tensors(tensors)
                .list(comingPairs.stream().mapToLong(Integer::longValue).toArray())
                .list(coming.stream().mapToLong(CachedPrefix::tokens).toArray());
    }

    /**
     * Hands to the cache what a call has returned.
     *
     * @param from the index of the first among the tensors that it returned
     */
    void keep(ProgramCall call, int from) {
        for (int i = 0; i < coming.size(); i++) {
            cache.fill(coming.get(i), call.keep(from + i));
        }
    }

    @Override
    public void close() {
        taken.keySet().forEach(cache::giveBack);
        coming.forEach(cache::giveBack);
    }
}
