package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a program on packed pairs. */
interface ProgramScorer extends AutoCloseable {

    /**
     * Raw logits, not yet checked. Where {@link ModelDescriptor#sharedLayers} says yes of the
     * model, a call may go on from states that earlier calls have kept, with the same bits, and
     * keep such states; other models begin with the tokens and keep none.
     *
     * @param pairs at least one, each of 1 to {@link ModelDescriptor#maxTokens} tokens
     * @param from the states of each pair, all of as many layers; empty to begin with the tokens
     * @param settings settings that the model can do
     * @param budget where there must be room for what is kept; null to keep none
     */
    StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget);

    /** How many leading ids of a pair a batch computes once for all pairs with its query. */
    default int sharedTokens(TokenizedPair pair) {
        return 0;
    }

    /** Layers that run under settings that the model can do. */
    int layers(ScoringSettings settings);

    @Override
    void close();
}
