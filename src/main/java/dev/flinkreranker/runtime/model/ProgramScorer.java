package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;

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

    /** How many leading ids of a pair a batch computes once for all pairs with its query. */
    default int sharedTokens(TokenizedPair pair) {
        return 0;
    }

    /** Layers that run under settings that the model can do. */
    int layers(ScoringSettings settings);

    @Override
    void close();
}
