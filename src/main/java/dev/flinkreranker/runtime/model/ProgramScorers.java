package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.program.MappedWeights;

/** Which program scores a model. */
final class ProgramScorers {

    private ProgramScorers() {}

    /**
     * The scorer of a model, which cuts batches into slices where threads of a CPU gain from it.
     */
    static ProgramScorer of(
            Checkpoint checkpoint,
            ModelDescriptor descriptor,
            ModelTokenizers tokenizers,
            MappedWeights weights) {
        ModelDescriptor model =
                descriptor instanceof DecoderDescriptor decoder
                        ? decoder.answering(checkpoint, tokenizers::file)
                        : descriptor;
        int threads = weights.plan().threads();
        PrefixCache prefixes = new PrefixCache();
        ProgramScorer whole = of(model, weights, prefixes, threads);
        if (threads < 2 || !SlicedScorer.suits(weights.plan())) {
            return whole;
        }
        try {
            return new SlicedScorer(whole, of(model, weights, prefixes, 1), model, threads);
        } catch (RuntimeException e) {
            whole.close();
            throw e;
        }
    }

    private static ProgramScorer of(
            ModelDescriptor model, MappedWeights weights, PrefixCache prefixes, int threads) {
        if (model instanceof EncoderDescriptor encoder) {
            return new EncoderScorer(encoder, weights, threads);
        }
        if (model instanceof DenseDescriptor dense) {
            return new DenseScorer(dense, weights, threads);
        }
        if (model instanceof ModernBertDescriptor modernBert) {
            return new ModernBertScorer(modernBert, weights, threads);
        }
        if (model instanceof DecoderDescriptor decoder) {
            return new DecoderScorer(decoder, weights, prefixes, threads);
        }
        throw new IllegalArgumentException(model.family());
    }
}
