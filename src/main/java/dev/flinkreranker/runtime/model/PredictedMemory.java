package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.WeightMemory;
import java.util.OptionalLong;

/** What a model needs of its device's memory. */
final class PredictedMemory {

    private final Checkpoint checkpoint;
    private final ModelDescriptor descriptor;
    private final ExecutionPlan plan;
    private int fittingTokens;

    PredictedMemory(Checkpoint checkpoint, ModelDescriptor descriptor, ExecutionPlan plan) {
        this.checkpoint = checkpoint;
        this.descriptor = descriptor;
        this.plan = plan;
    }

    /**
     * What the weights of calls that end at a layer need.
     *
     * @param layers number of layers that run, from 0 to all
     */
    WeightMemory weights(int layers) {
        return WeightMemory.of(checkpoint, descriptor.weights(), layers, plan);
    }

    /** Their bytes; never less than for the shallowest cutoff, which is there from the first. */
    long weightBytes(int layers) {
        return weights(Math.max(layers, descriptor.cutoffLayers().get(0))).total();
    }

    /**
     * Bytes of a batch's peak, if its tokens are of pairs as long as they may be, with what former
     * batches have kept for it.
     */
    long batchBytes(long tokens) {
        return SlicedScorer.bytes(descriptor, plan, tokens, descriptor.maxTokens())
                + descriptor.prefixBytes(plan);
    }

    /**
     * Tokens of a batch that fits beside all weights. On a CPU, whose memory others share, nothing
     * bounds it. On a GPU it is found out once: later libtorch holds for coming batches what former
     * ones have freed. Layers that are not there yet will be.
     */
    synchronized int fittingTokens() {
        if (fittingTokens == 0) {
            OptionalLong free = plan.device().freeMemory();
            long coming = weights(descriptor.weights().layers().size()).total() - weightBytes(0);
            fittingTokens =
                    free.isEmpty()
                            ? Integer.MAX_VALUE
                            : descriptor.batchMemory(plan).tokens(free.getAsLong() - coming);
        }
        return fittingTokens;
    }
}
