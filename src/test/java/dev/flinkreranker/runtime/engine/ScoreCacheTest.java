package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreCacheTest {

    private static final ModelProfile PROFILE =
            new ModelProfile(
                    new ModelCopies(List.of(new HashScorer())), ScoringSettings.defaults(), 0);

    private static PairKey key(ModelProfile profile, int query, int prompt, long... ids) {
        return new PairKey(profile, new TokenizedPair(ids, query, prompt, false));
    }

    @Test
    void everythingThatChangesAScoreIsPartOfTheKey() {
        ScoreCache cache = new ScoreCache(1 << 20);
        cache.put(key(PROFILE, 1, 0, 1, 2, 3), new float[] {0.5f});
        assertThat(cache.get(key(PROFILE, 1, 0, 1, 2, 3))).containsExactly(0.5f);
        assertThat(cache.get(key(PROFILE, 2, 0, 1, 2, 3))).isNull();
        assertThat(cache.get(key(PROFILE, 1, 1, 1, 2, 3))).isNull();
        assertThat(cache.get(key(PROFILE, 1, 0, 1, 2))).isNull();
        assertThat(cache.get(key(PROFILE, 1, 0, 1, 2, 4))).isNull();
        ModelProfile reloaded =
                new ModelProfile(
                        new ModelCopies(List.of(new HashScorer())), ScoringSettings.defaults(), 0);
        assertThat(cache.get(key(reloaded, 1, 0, 1, 2, 3))).isNull();
        assertThat(cache.counts().hits()).isOne();
        assertThat(cache.counts().misses()).isEqualTo(5);
    }

    @Test
    void staysWithinItsBytes() {
        ScoreCache cache = new ScoreCache(100_000);
        for (int i = 0; i < 10_000; i++) {
            cache.put(key(PROFILE, 1, 0, new long[200]), new float[1]);
            cache.put(key(PROFILE, 1, 0, i, i + 1, i + 2), new float[1]);
        }
        // An entry of three ids is counted with 216 bytes.
        assertThat(cache.entries()).isBetween(100L, 463L);
    }
}
