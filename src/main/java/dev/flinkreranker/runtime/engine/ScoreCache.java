package dev.flinkreranker.runtime.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Scores of pairs that were scored before, bounded by the bytes they take.
 *
 * <p>The key is exact: the loaded model under its settings, and the token ids with the places where
 * query and prompt end. Nothing is hashed together, so no other pair can be taken for it. Scores
 * that depend on their batch ({@link LoadedModel#sameBitsInAnyBatch}) stay out, so a cached score
 * is the score.
 */
final class ScoreCache {

    /** Objects, references and the cache's own bookkeeping of one entry, about. */
    private static final int ENTRY_BYTES = 200;

    private final Cache<PairKey, float[]> scores;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /**
     * @param maxBytes what the scores and their keys may take, above 0
     */
    ScoreCache(long maxBytes) {
        this.scores =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .<PairKey, float[]>weigher((key, score) -> bytes(key, score))
                        // On the caller's thread: the common pool would outlive the engine.
                        .executor(Runnable::run)
                        .build();
    }

    /** The logits of this pair, not to be written to, if they are known. */
    float @Nullable [] get(PairKey key) {
        float @Nullable [] logits = scores.getIfPresent(key);
        (logits == null ? misses : hits).increment();
        return logits;
    }

    void put(PairKey key, float[] logits) {
        scores.put(key, logits);
    }

    EngineCounts.Cache counts() {
        return new EngineCounts.Cache(hits.sum(), misses.sum());
    }

    /** Entries held, after what is due for eviction is gone. */
    long entries() {
        scores.cleanUp();
        return scores.estimatedSize();
    }

    private static int bytes(PairKey key, float[] logits) {
        return ENTRY_BYTES + Integer.BYTES * key.length() + Float.BYTES * logits.length;
    }
}
