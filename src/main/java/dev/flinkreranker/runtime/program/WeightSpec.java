package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.util.Arrays;
import java.util.List;

/**
 * A weight that a program needs.
 *
 * @param name its name in the checkpoint, or that of the tensor it is a part of
 * @param shape its shape, outermost first
 * @param use what the program does with it, which decides the type it is brought in
 * @param firstRow where it begins in the tensor of that name, counted in its rows
 * @param storedRows rows of that tensor; those of {@code shape} unless it is a part
 * @param joint the same name in all weights of a layer that programs for packed rows take as one,
 *     one below the other, so that one product does for all; empty for a weight by itself
 */
public record WeightSpec(
        String name, List<Long> shape, Use use, long firstRow, long storedRows, String joint) {

    /** The type in which the program takes a weight. */
    public enum Use {
        /** Multiplied with whole batches: in the compute type and the layout for it. */
        MATRIX,
        /** Added to whole batches or scales them: in the compute type. */
        COMPUTE,
        /**
         * Looked up by row: on a CPU as stored, a view of the file; on a GPU in the compute type if
         * that is narrower. The program converts the rows it gathers.
         */
        TABLE,
        /** Used once for a pair: float32, whatever the compute type. */
        FLOAT32,
        /**
         * What a norm scales by, less 1: float32. Where attention is packed the program takes it
         * ready to multiply, as {@code sqrt(size) (1 + offset)}.
         */
        OFFSET;

        /** The type in which the program takes a weight of this use. */
        StoredType type(StoredType stored, ExecutionPlan plan) {
            return switch (this) {
                case MATRIX, COMPUTE -> plan.type();
                case TABLE -> plan.device().isCpu() ? stored : narrower(plan.type(), stored);
                case FLOAT32, OFFSET -> StoredType.F32;
            };
        }

        private static StoredType narrower(StoredType type, StoredType stored) {
            return type.bytes() < stored.bytes() ? type : stored;
        }
    }

    /** Copies the shape. */
    public WeightSpec {
        shape = List.copyOf(shape);
    }

    /** A matrix that whole batches are multiplied with. */
    public static WeightSpec matrix(String name, long rows, long columns) {
        return of(name, Use.MATRIX, rows, columns);
    }

    /** Another weight in the compute type. */
    public static WeightSpec compute(String name, long size) {
        return of(name, Use.COMPUTE, size);
    }

    /** A table that is looked up by row. */
    public static WeightSpec table(String name, long rows, long width) {
        return of(name, Use.TABLE, rows, width);
    }

    /** A weight in float32. */
    public static WeightSpec float32(String name, long... shape) {
        return of(name, Use.FLOAT32, shape);
    }

    /** What a norm scales by, less 1. */
    public static WeightSpec offset(String name, long size) {
        return of(name, Use.OFFSET, size);
    }

    /** The same weight, stored as rows of a taller tensor of that name. */
    public WeightSpec partOf(long tallerRows, long fromRow) {
        return new WeightSpec(name, shape, use, fromRow, tallerRows, joint);
    }

    /** The same weight, as one with those of that name. */
    public WeightSpec joined(String with) {
        return new WeightSpec(name, shape, use, firstRow, storedRows, with);
    }

    /**
     * Whether the program takes it as the file has it; on a CPU it is then a view of the mapped
     * file.
     *
     * @param stored where it is
     */
    boolean isTakenAsStored(StoredTensor stored, ExecutionPlan plan) {
        return use.type(stored.type(), plan) == stored.type()
                && stored.isAligned()
                && stored.update() == null
                && !isPacked(plan)
                && !isFactor(plan);
    }

    /** Whether it is packed into blocks. */
    boolean isPacked(ExecutionPlan plan) {
        return use == Use.MATRIX && plan.isPacked();
    }

    /** Whether the program takes factors made of its offsets. */
    boolean isFactor(ExecutionPlan plan) {
        return use == Use.OFFSET && plan.attention().isPacked();
    }

    /** Bytes of the copy that the program takes. */
    long convertedBytes(StoredTensor stored, ExecutionPlan plan) {
        if (use == Use.MATRIX && plan.isQuantized()) {
            long outstanding = Math.min(15, shape.get(1) / 16);
            return elements()
                    + shape.get(0) * (2 + outstanding) * StoredType.F32.bytes()
                    + outstanding * Long.BYTES;
        }
        return elements() * use.type(stored.type(), plan).bytes();
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /**
     * Where it is in a checkpoint.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if it is missing or
     *     of another shape
     */
    public StoredTensor in(Checkpoint checkpoint) {
        long[] stored = shape.stream().mapToLong(Long::longValue).toArray();
        stored[0] = storedRows;
        return checkpoint.weight(name, stored).rows(firstRow, shape.get(0));
    }

    private static WeightSpec of(String name, Use use, long... shape) {
        return new WeightSpec(name, Arrays.stream(shape).boxed().toList(), use, 0, shape[0], "");
    }
}
