package dev.flinkreranker.runtime.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor of a checkpoint lies. Little-endian, row-major, as the safetensors format has it.
 *
 * @param name its name in the checkpoint
 * @param type its number format
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param file the safetensors file it lies in
 * @param offset its first byte, counted from the start of the file
 * @param bytes its length in bytes
 * @param update what an adapter adds to it; null for none
 */
public record StoredTensor(
        String name,
        StoredType type,
        List<Long> shape,
        Path file,
        long offset,
        long bytes,
        @Nullable LowRankUpdate update) {

    /** Copies the shape. */
    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /** A tensor to which nothing is added. */
    StoredTensor(
            String name, StoredType type, List<Long> shape, Path file, long offset, long bytes) {
        this(name, type, shape, file, offset, bytes, null);
    }

    /** The same tensor under another name. */
    StoredTensor named(String other) {
        return new StoredTensor(other, type, shape, file, offset, bytes, update);
    }

    /** The same tensor, to which an adapter adds something. */
    StoredTensor updatedBy(LowRankUpdate added) {
        return new StoredTensor(name, type, shape, file, offset, bytes, added);
    }

    /** Whether it begins at a multiple of its number's size, so that it can be used in place. */
    public boolean isAligned() {
        return offset % type.bytes() == 0;
    }

    /**
     * Some of its rows, as a tensor of the same name.
     *
     * @param first the first of them
     * @param count how many, within its first dimension
     */
    public StoredTensor rows(long first, long count) {
        List<Long> part = new ArrayList<>(shape);
        part.set(0, count);
        long row = bytes / shape.get(0);
        return new StoredTensor(
                name,
                type,
                part,
                file,
                offset + first * row,
                count * row,
                update == null ? null : update.rows(first, count));
    }

    /** Number of elements. */
    public long elements() {
        return bytes / type.bytes();
    }
}
