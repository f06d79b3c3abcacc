package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.KeptTensor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of what a decoder's pairs begin with, from call to call: what their template
 * begins with, which all requests of a tenant have in common, and the queries of requests that take
 * more than one call. Bounded by a number of tokens, coming ones included. What was not used for
 * the longest time goes first. Safe for use by many threads.
 *
 * <p>The tensors belong to the program whose call made them, and are freed with it at the latest.
 */
final class PrefixCache {

    /** Tokens that a model keeps at most. */
    static final int MAX_TOKENS = 512;

    /** Fewer tokens than this are computed sooner than they are looked for. */
    static final int LEAST_TOKENS = 16;

    private final int maxTokens;
    private final Map<CachedPrefix.Key, CachedPrefix> prefixes =
            new LinkedHashMap<>(16, 0.75f, true);

    /** Of all prefixes, those that are no longer found but still used included. */
    private int tokens;

    PrefixCache() {
        this(MAX_TOKENS);
    }

    PrefixCache(int maxTokens) {
        this.maxTokens = maxTokens;
    }

    /** Tokens that take memory now. */
    synchronized int tokens() {
        return tokens;
    }

    /**
     * The prefix of that many layers or more, to be {@linkplain #giveBack given back}; null if it
     * is not there.
     */
    synchronized @Nullable CachedPrefix borrow(CachedPrefix.Key key, int layers) {
        CachedPrefix found = prefixes.get(key);
        if (found == null || found.tensor == null || found.layers() < layers) {
            return null;
        }
        found.users++;
        return found;
    }

    /**
     * Room for a prefix that the caller's call will bring, to be {@linkplain #fill filled} or
     * {@linkplain #giveBack given back}. Null if another call brings it, if it is there, or if
     * there is no room beside what calls use; then nothing goes for it.
     */
    synchronized @Nullable CachedPrefix reserve(CachedPrefix.Key key, int layers) {
        CachedPrefix coming = new CachedPrefix(key, layers);
        CachedPrefix present = prefixes.get(key);
        boolean wanted =
                present == null || present.tensor != null && present.layers() < coming.layers();
        if (!wanted || tokens - unused() + coming.tokens() > maxTokens) {
            return null;
        }
        if (present != null) {
            drop(present);
        }
        Iterator<CachedPrefix> oldest = prefixes.values().iterator();
        while (tokens + coming.tokens() > maxTokens) {
            CachedPrefix prefix = oldest.next();
            if (prefix.users == 0) {
                oldest.remove();
                free(prefix);
            }
        }
        coming.users = 1;
        tokens += coming.tokens();
        prefixes.put(key, coming);
        return coming;
    }

    /** Takes over what a reserved prefix is made of; the caller still gives it back. */
    synchronized void fill(CachedPrefix coming, KeptTensor tensor) {
        coming.tensor = tensor;
    }

    /** Ends the use of a borrowed or reserved prefix. */
    synchronized void giveBack(CachedPrefix prefix) {
        prefix.users--;
        boolean found = prefixes.get(prefix.key()) == prefix;
        if (found && prefix.tensor == null) {
            prefixes.remove(prefix.key());
            free(prefix);
        } else if (!found && prefix.users == 0) {
            free(prefix);
        }
    }

    /** Tokens of those that may go. */
    private int unused() {
        return prefixes.values().stream()
                .filter(prefix -> prefix.users == 0)
                .mapToInt(CachedPrefix::tokens)
                .sum();
    }

    private void drop(CachedPrefix prefix) {
        prefixes.remove(prefix.key());
        if (prefix.users == 0) {
            free(prefix);
        }
    }

    private void free(CachedPrefix prefix) {
        tokens -= prefix.tokens();
        if (prefix.tensor != null) {
            prefix.tensor.close();
        }
    }
}
