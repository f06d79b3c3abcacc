package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.ScoringProfile;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.PairStates;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.model.StagedScores;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model under one setting of the forward pass, from the tokens or from kept states.
 * Batches and cached scores go by instance.
 */
final class ModelProfile implements ScoringProfile<PairInput, PairOutput> {

    private final ModelCopies copies;
    private final PairScorer scorer;
    private final ScoringSettings settings;
    private final int done;

    /**
     * @param done how many layers the states of its pairs have passed; 0 for pairs that begin with
     *     their tokens
     */
    ModelProfile(ModelCopies copies, ScoringSettings settings, int done) {
        this.copies = copies;
        this.scorer = copies.any();
        this.settings = settings;
        this.done = done;
    }

    @Override
    public List<PairOutput> score(int device, List<PairInput> pairs) {
        PairScorer there = copies.on(device);
        StagedScores scored =
                there.score(
                        pairs.stream().map(PairInput::pair).toList(),
                        done == 0 ? List.of() : pairs.stream().map(PairInput::states).toList(),
                        settings,
                        pairs.stream()
                                .map(PairInput::budget)
                                .filter(Objects::nonNull)
                                .findFirst()
                                .orElse(null));
        List<PairOutput> outputs = new ArrayList<>(pairs.size());
        for (int i = 0; i < pairs.size(); i++) {
            PairStates states = scored.states().isEmpty() ? null : scored.states().get(i);
            if (states != null && pairs.get(i).budget() == null) {
                states.close();
                states = null;
            }
            outputs.add(new PairOutput(scored.scores()[i], states));
        }
        return outputs;
    }

    @Override
    public int fittingTokens() {
        return copies.all().stream().mapToInt(PairScorer::fittingTokens).min().orElseThrow();
    }

    @Override
    public int rows(int tokens) {
        return scorer.rows(tokens);
    }

    @Override
    public @Nullable Prefix prefix(PairInput pair) {
        int tokens = scorer.sharedTokens(pair.pair());
        return tokens == 0 ? null : new Prefix(pair.pair().query(), tokens);
    }

    long flops(TokenizedPair pair) {
        return scorer.flops(pair, settings, done);
    }
}
