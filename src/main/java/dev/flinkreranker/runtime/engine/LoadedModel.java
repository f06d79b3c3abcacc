package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A model in memory with its tokenizers and profiles. */
final class LoadedModel implements AutoCloseable {

    private final PairScorer scorer;
    private final ConcurrentMap<TokenizationSettings, PairTokenizer> tokenizers =
            new ConcurrentHashMap<>();
    private final ConcurrentMap<ScoringSettings, ModelProfile> profiles = new ConcurrentHashMap<>();

    LoadedModel(PairScorer scorer) {
        this.scorer = scorer;
    }

    PairTokenizer tokenizer(TokenizationSettings settings) {
        return tokenizers.computeIfAbsent(settings, scorer::tokenizer);
    }

    /**
     * The profile of these settings.
     *
     * @throws IllegalArgumentException if the model cannot do them
     */
    ModelProfile profile(ScoringSettings settings) {
        return profiles.computeIfAbsent(
                settings,
                s -> {
                    List<String> complaints = scorer.check(s);
                    if (!complaints.isEmpty()) {
                        throw new IllegalArgumentException(String.join("; ", complaints));
                    }
                    return new ModelProfile(scorer, s);
                });
    }

    @Override
    public void close() {
        scorer.close();
    }
}
