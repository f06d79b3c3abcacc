package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.Program;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scores pairs with {@code modernbert.py}. On a CPU a pair's score has the same bits in every
 * batch, as an {@link EncoderScorer}'s has.
 */
final class ModernBertScorer implements ProgramScorer {

    private final ModernBertDescriptor model;
    private final Program program;
    private final MappedWeights weights;
    private final ExecutionPlan plan;
    private final long[] local;
    private final long[] steps;

    ModernBertScorer(ModernBertDescriptor model, MappedWeights weights, int threads) {
        this.model = model;
        this.weights = weights;
        this.plan = weights.plan();
        this.local = model.local().stream().mapToLong(l -> l ? 1 : 0).toArray();
        this.steps = model.head().codes(ModernBertWeights.BODY_WEIGHTS);
        this.program =
                Program.load(
                        Map.ofEntries(
                                Map.entry("heads", model.attentionHeads()),
                                Map.entry("eps", model.epsilon()),
                                Map.entry("first_layer", model.weights().fixed().size()),
                                Map.entry("layer_weights", ModernBertWeights.LAYER_WEIGHTS),
                                Map.entry("global_base", model.globalBase()),
                                Map.entry("local_base", model.localBase()),
                                Map.entry("reach", model.reach()),
                                Map.entry("mean", model.head().pooling() == ScoreHead.Pooling.MEAN),
                                Map.entry("head_eps", model.head().epsilon()),
                                Map.entry("threads", threads),
                                Map.entry("row_grid", plan.rowGrid()),
                                Map.entry("row_block", plan.encoderBlock())),
                        plan.device(),
                        plan.parts("modernbert", "rotation.py", "head.py"));
    }

    @Override
    public StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        PackedRows packed = PackedRows.of(pairs, plan);
        try (ProgramCall call = program.call("score")) {
            float[] logits =
                    call.weights(weights.upTo(model.layers()))
                            .vectors(
                                    packed.ids(pairs),
                                    packed.positions(),
                                    packed.firsts(),
                                    packed.bounds(),
                                    packed.scoredBounds())
                            .list(pairs.stream().mapToLong(TokenizedPair::length).toArray())
                            .list(local)
                            .list(steps)
                            .floats();
            return new StagedLogits(logits, List.of());
        }
    }

    @Override
    public int layers(ScoringSettings settings) {
        return model.layers();
    }

    @Override
    public void close() {
        program.close();
    }
}
