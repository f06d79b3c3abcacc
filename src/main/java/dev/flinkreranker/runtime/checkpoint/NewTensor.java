package dev.flinkreranker.runtime.checkpoint;

import java.util.List;

/**
 * A tensor to be written to a checkpoint.
 *
 * @param name its name in the checkpoint
 * @param type F32 or BF16
 * @param shape its dimensions, outermost first
 */
public record NewTensor(String name, StoredType type, List<Long> shape) {

    /** Copies the shape and refuses other types. */
    public NewTensor {
        shape = List.copyOf(shape);
        if (type != StoredType.F32 && type != StoredType.BF16) {
            throw new IllegalArgumentException(name + ": type " + type + "; must be F32 or BF16");
        }
    }

    /** Number of elements. */
    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Length in bytes. */
    long bytes() {
        return Math.multiplyExact(elements(), type.bytes());
    }
}
