package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.ModuleChain;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;

/**
 * An embedding model as a scorer of pairs: the cosine of query and passage, each embedded alone as
 * the state of its first token after the last layer. What a first stage of dense retrieval ranks
 * by: bge-m3, bge-large-en-v1.5.
 *
 * @param body the encoder
 */
record DenseDescriptor(EncoderDescriptor body) implements ModelDescriptor {

    /**
     * Whether a checkpoint declares itself an embedding model: Sentence Transformers' modules end
     * with the pooling, or with the normalizing after it.
     */
    static boolean isDeclaredBy(Checkpoint checkpoint) {
        List<ModuleChain.Module> modules = checkpoint.modules().modules();
        return modules.size() > 1
                && modules.stream()
                        .skip(1)
                        .map(ModuleChain.Module::name)
                        .allMatch(name -> name.equals("Pooling") || name.equals("Normalize"));
    }

    static DenseDescriptor of(EncoderFamily family, Checkpoint checkpoint) {
        EncoderDescriptor body = EncoderDescriptor.withoutHead(family, checkpoint);
        ModuleChain modules = checkpoint.modules();
        if (ModuleHead.pooling(modules, body.hiddenSize()) != ScoreHead.Pooling.FIRST) {
            throw modules.invalid(1, "pools by the mean; supported for an embedding model is cls");
        }
        return new DenseDescriptor(body);
    }

    @Override
    public String family() {
        return body.family() + " embeddings";
    }

    @Override
    public int layers() {
        return body.layers();
    }

    @Override
    public int hiddenSize() {
        return body.hiddenSize();
    }

    @Override
    public int attentionHeads() {
        return body.attentionHeads();
    }

    @Override
    public int intermediateSize() {
        return body.intermediateSize();
    }

    @Override
    public int vocabularySize() {
        return body.vocabularySize();
    }

    @Override
    public int tokenTypes() {
        return body.tokenTypes();
    }

    /** Of each text. */
    @Override
    public int maxTokens() {
        return body.maxTokens();
    }

    @Override
    public boolean takes(TokenizedPair pair) {
        return pair.queryLength() >= 1
                && pair.queryLength() <= maxTokens()
                && pair.passageLength() >= 1
                && pair.passageLength() <= maxTokens();
    }

    @Override
    public PairFormat pairFormat() {
        return PairFormat.TWO_TEXTS;
    }

    @Override
    public String formula() {
        return "the cosine of the two texts' embeddings";
    }

    @Override
    public List<Integer> cutoffLayers() {
        return body.cutoffLayers();
    }

    @Override
    public WeightLayout weights() {
        return body.weights();
    }

    /** {@inheritDoc} Those of both texts, though a query runs once for all pairs of a batch. */
    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings, int done) {
        return body.flops(pair.queryLength(), layers())
                + body.flops(pair.passageLength(), layers());
    }

    @Override
    public BatchMemory batchMemory(ExecutionPlan plan) {
        return body.batchMemory(plan);
    }
}
