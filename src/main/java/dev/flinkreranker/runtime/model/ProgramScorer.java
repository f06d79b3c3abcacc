package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a program on packed pairs. */
interface ProgramScorer extends AutoCloseable {

    /**
     * Raw logits, not yet checked.
     *
     * @param pairs at least one, each of 1 to {@link ModelDescriptor#maxTokens} tokens
     * @param settings settings that the model can do
     * @return [cutoff ascending][pair], row-major
     */
    float[] score(List<TokenizedPair> pairs, ScoringSettings settings);

    /**
     * The same from states that earlier calls have kept, with the same bits, keeping such states.
     * For models that {@link ModelDescriptor#sharedLayers} says yes of; others begin with the
     * tokens and keep none.
     *
     * @param from the states of each pair, all of as many layers; empty to begin with the tokens
     * @param budget where there must be room for what is kept; null to keep none
     */
    default StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        return new StagedLogits(score(pairs, settings), List.of());
    }

    /** How many leading ids of a pair a batch computes once for all pairs with its query. */
    default int sharedTokens(TokenizedPair pair) {
        return 0;
    }

    /** Layers that run under settings that the model can do. */
    int layers(ScoringSettings settings);

    @Override
    void close();
}
