package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.util.List;

/**
 * A weight that a program needs.
 *
 * @param name its name in the checkpoint
 * @param shape the shape it must have there, outermost first
 * @param use what the program does with it, which decides the type it is brought in
 */
public record WeightSpec(String name, List<Long> shape, Use use) {

    /** The type in which the program takes a weight. */
    public enum Use {
        /** Multiplied with whole batches: in the compute type and the layout for it. */
        MATRIX,
        /** Added to whole batches or scales them: in the compute type. */
        COMPUTE,
        /** Looked up by row: as stored; the program converts the rows it gathers. */
        TABLE,
        /** Used once for a pair: float32, whatever the compute type. */
        FLOAT32;

        /** The type in which the program takes a weight of this use. */
        StoredType type(StoredType stored, StoredType computeType) {
            return switch (this) {
                case MATRIX, COMPUTE -> computeType;
                case TABLE -> stored;
                case FLOAT32 -> StoredType.F32;
            };
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

    /**
     * Whether the program takes it as the file has it; on a CPU it is then a view of the mapped
     * file.
     *
     * @param stored where it is
     */
    boolean isTakenAsStored(StoredTensor stored, ExecutionPlan plan) {
        return use.type(stored.type(), plan.type()) == stored.type()
                && stored.isAligned()
                && !isPacked(plan);
    }

    /** Whether it is packed into blocks. */
    boolean isPacked(ExecutionPlan plan) {
        return use == Use.MATRIX && plan.isPacked();
    }

    /** Bytes of the copy that the program takes. */
    long convertedBytes(StoredTensor stored, ExecutionPlan plan) {
        if (use == Use.MATRIX && plan.isQuantized()) {
            return elements() + shape.get(0) * StoredType.F32.bytes();
        }
        return elements() * use.type(stored.type(), plan.type()).bytes();
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
        return checkpoint.weight(name, shape.stream().mapToLong(Long::longValue).toArray());
    }

    private static WeightSpec of(String name, Use use, long... shape) {
        return new WeightSpec(name, java.util.Arrays.stream(shape).boxed().toList(), use);
    }
}
