package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.ScoringProfile;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model under one setting of the forward pass. Batches and cached scores go by instance.
 */
final class ModelProfile implements ScoringProfile<TokenizedPair, float[]> {

    private final PairScorer scorer;
    private final ScoringSettings settings;

    ModelProfile(PairScorer scorer, ScoringSettings settings) {
        this.scorer = scorer;
        this.settings = settings;
    }

    @Override
    public List<float[]> score(List<TokenizedPair> pairs) {
        return Arrays.asList(scorer.score(pairs, settings));
    }

    @Override
    public int rows(int tokens) {
        return scorer.rows(tokens);
    }

    @Override
    public @Nullable Prefix prefix(TokenizedPair pair) {
        int tokens = scorer.sharedTokens(pair);
        return tokens == 0 ? null : new Prefix(pair.query(), tokens);
    }

    long flops(TokenizedPair pair) {
        return scorer.flops(pair, settings);
    }
}
