package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.util.stream.Stream;

/**
 * What the weights of a model need on a CPU.
 *
 * @param mapped bytes that are views of the checkpoint's files, shared by every process that maps
 *     them
 * @param converted bytes that this process holds in another type
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
     * @param computeType the type that the model computes in
     */
    public static WeightMemory of(
            Checkpoint checkpoint, WeightLayout layout, int layers, StoredType computeType) {
        long mapped = 0;
        long converted = 0;
        for (WeightSpec spec :
                Stream.concat(
                                layout.fixed().stream(),
                                layout.layers().stream().limit(layers).flatMap(l -> l.stream()))
                        .toList()) {
            StoredTensor tensor = checkpoint.tensors().get(spec.name());
            StoredType type = spec.use().type(tensor.type(), computeType);
            if (type == tensor.type() && tensor.offset() % type.bytes() == 0) {
                mapped += tensor.bytes();
            } else {
                converted += spec.elements() * type.bytes();
            }
        }
        return new WeightMemory(mapped, converted);
    }
}
