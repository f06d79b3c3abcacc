package dev.flinkreranker.runtime.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Scores of pairs that were scored before, bounded by the bytes they take.
 *
 * <p>The key is exact: the loaded model under its settings, and the token ids with the places where
 * query and prompt end. Nothing is hashed together, so no other pair can be taken for it; and since
 * a score does not depend on its batch, a cached score is the score.
 */
final class ScoreCache {

    /** Objects, references and the cache's own bookkeeping of one entry, about. */
    private static final int ENTRY_BYTES = 200;

    private final Cache<Key, float[]> scores;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** What a score is a function of. A profile stands for one load of one model. */
    static final class Key {
        private final ModelProfile profile;
        private final int[] ids;
        private final int queryLength;
        private final int promptLength;
        private final int hash;

        Key(ModelProfile profile, TokenizedPair pair) {
            this.profile = profile;
            this.ids = new int[pair.length()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (int) pair.ids()[i];
            }
            this.queryLength = pair.queryLength();
            this.promptLength = pair.promptLength();
            this.hash =
                    31 * (31 * Arrays.hashCode(ids) + queryLength)
                            + System.identityHashCode(profile);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && key.profile == profile
                    && key.queryLength == queryLength
                    && key.promptLength == promptLength
                    && Arrays.equals(key.ids, ids);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * @param maxBytes what the scores and their keys may take, above 0
     */
    ScoreCache(long maxBytes) {
        this.scores =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .<Key, float[]>weigher((key, score) -> bytes(key, score))
                        // On the caller's thread: the common pool would outlive the engine.
                        .executor(Runnable::run)
                        .build();
    }

    /** The logits of this pair, not to be written to, if they are known. */
    float @Nullable [] get(Key key) {
        float @Nullable [] logits = scores.getIfPresent(key);
        (logits == null ? misses : hits).increment();
        return logits;
    }

    void put(Key key, float[] logits) {
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

    private static int bytes(Key key, float[] logits) {
        return ENTRY_BYTES + Integer.BYTES * key.ids.length + Float.BYTES * logits.length;
    }
}
