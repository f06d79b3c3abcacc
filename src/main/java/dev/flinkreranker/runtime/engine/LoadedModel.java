package dev.flinkreranker.runtime.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.flinkreranker.runtime.batching.Demand;
import dev.flinkreranker.runtime.batching.Ticket;
import dev.flinkreranker.runtime.model.DeclaredScore;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model in memory with its tokenizers and profiles. Requests may bring settings of their own, so
 * of each kind only {@value #KEPT} are kept; one that was let go is made anew, and then shares
 * neither batches nor cached scores with its former self.
 */
final class LoadedModel implements AutoCloseable {

    private static final int KEPT = 256;

    private final PairScorer scorer;
    private final Cache<TokenizationSettings, PairTokenizer> tokenizers = bounded();
    private final Cache<ScoringSettings, ModelProfile> profiles = bounded();
    private volatile int brought;

    LoadedModel(PairScorer scorer) {
        this.scorer = scorer;
    }

    PairTokenizer tokenizer(TokenizationSettings settings) {
        return tokenizers.get(settings, scorer::tokenizer);
    }

    /**
     * The profile of these settings.
     *
     * @throws IllegalArgumentException if the model cannot do them
     */
    ModelProfile profile(ScoringSettings settings) {
        return profiles.get(
                settings,
                s -> {
                    List<String> complaints = scorer.check(s);
                    if (!complaints.isEmpty()) {
                        throw new IllegalArgumentException(String.join("; ", complaints));
                    }
                    return new ModelProfile(scorer, s);
                });
    }

    /** What a task asks of its device; null for one that the model cannot do. */
    @Nullable Demand<TokenizedPair, float[]> demand(RerankTask task) {
        try {
            int pairs = task.passages().size();
            return new Demand<>(
                    profile(task.scoring()), pairs, Ticket.estimate(pairs, task.bytes()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What the model's folder says of its scores. */
    DeclaredScore declaredScore() {
        return scorer.declaredScore();
    }

    /**
     * Layers that must be in memory before pairs of these settings are scored; 0 without settings,
     * or for settings that the model refuses.
     */
    int layers(@Nullable ScoringSettings settings) {
        return settings == null || !scorer.check(settings).isEmpty() ? 0 : scorer.layers(settings);
    }

    /** Layers known to be in memory. */
    int brought() {
        return brought;
    }

    /** Brings layers into memory, one by one, so that the model can be closed between two. */
    void bring(int layers) {
        while (brought < layers) {
            scorer.bring(brought + 1);
            brought++;
        }
    }

    @Override
    public void close() {
        scorer.close();
    }

    private static <K, V> Cache<K, V> bounded() {
        return Caffeine.newBuilder()
                .maximumSize(KEPT)
                // Evicts on the calling thread: the common pool would outlive the engine.
                .executor(Runnable::run)
                .build();
    }
}
