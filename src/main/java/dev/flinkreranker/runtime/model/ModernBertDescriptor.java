package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;

/**
 * A ModernBERT cross-encoder as its checkpoint describes it.
 *
 * @param hiddenSize width of a state
 * @param attentionHeads attention heads
 * @param intermediateSize width of each half of the feed-forward part
 * @param vocabularySize rows of the word table
 * @param maxTokens most tokens of a pair, by config.json; rotated positions have no table
 * @param local for each layer, lowest first, whether a token sees its neighbours alone
 * @param reach how many neighbours it sees on either side there
 * @param globalBase base of the rotation's frequencies in layers that see all tokens
 * @param localBase the same in the others
 * @param epsilon added to variances by the body's norms
 * @param prefix what the names of the body's weights begin with
 * @param head what makes the score of the last layer's states
 */
record ModernBertDescriptor(
        int hiddenSize,
        int attentionHeads,
        int intermediateSize,
        int vocabularySize,
        int maxTokens,
        List<Boolean> local,
        int reach,
        double globalBase,
        double localBase,
        double epsilon,
        String prefix,
        ScoreHead head)
        implements ModelDescriptor {

    /** {@code model_type} in {@code config.json}. */
    static final String MODEL_TYPE = "modernbert";

    /** Copies the list. */
    ModernBertDescriptor {
        local = List.copyOf(local);
    }

    static ModernBertDescriptor of(Checkpoint checkpoint) {
        return new ModernBertConfigReader(checkpoint).read();
    }

    @Override
    public String family() {
        return "ModernBERT";
    }

    @Override
    public int layers() {
        return local.size();
    }

    @Override
    public String formula() {
        return Labels.formula(head.labels());
    }

    /** It looks at no token types, whatever its tokenizer makes. */
    @Override
    public int tokenTypes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public PairFormat pairFormat() {
        return PairFormat.CROSS_ENCODER;
    }

    @Override
    public List<Integer> cutoffLayers() {
        return List.of(layers());
    }

    @Override
    public WeightLayout weights() {
        return new ModernBertWeights(this).layout();
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings, int done) {
        return new ModernBertCost(this).flops(pair.length());
    }

    @Override
    public BatchMemory batchMemory(ExecutionPlan plan) {
        return new ModernBertCost(this).batchMemory(plan);
    }
}
