package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import java.util.stream.Stream;

/**
 * What the weights of a model need on their device.
 *
 * @param mapped bytes that are views of the checkpoint's files, shared by every process that maps
 *     them; none on a GPU
 * @param converted bytes that this process holds of its own, on a GPU or in another type or layout;
 *     blocks ({@link MatrixLayout}) may round them up a little
 */
public record WeightMemory(long mapped, long converted) {

    /** Mapped and converted. */
    public long total() {
        return mapped + converted;
    }

    /**
     * Counts the weights of calls that end at a layer.
     *
     * @param layers number of layers that run
     * @param plan how the model runs
     */
    public static WeightMemory of(
            Checkpoint checkpoint, WeightLayout layout, int layers, ExecutionPlan plan) {
        long mapped = 0;
        long converted = 0;
        for (WeightSpec spec :
                Stream.concat(
                                layout.fixed().stream(),
                                layout.layers().stream().limit(layers).flatMap(l -> l.stream()))
                        .toList()) {
            StoredTensor tensor = spec.in(checkpoint);
            if (plan.device().isCpu() && spec.isTakenAsStored(tensor, plan)) {
                mapped += tensor.bytes();
            } else {
                converted += spec.convertedBytes(tensor, plan);
            }
        }
        return new WeightMemory(mapped, converted);
    }
}
