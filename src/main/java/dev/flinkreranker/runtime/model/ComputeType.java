package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;

/** The number format in which a model computes. */
public enum ComputeType {
    FLOAT32,
    BFLOAT16,
    /**
     * float32 with products of 8-bit integers: both sides are quantized by row as they are
     * multiplied. For CPUs with instructions for it.
     */
    INT8,
    /** bfloat16 where the device has instructions for it, float32 elsewhere. */
    AUTO;

    /** What this comes to on a device: never {@link #AUTO}. */
    public ComputeType on(ComputeDevice device) {
        if (this != AUTO) {
            return this;
        }
        return device.fastType() == StoredType.BF16 ? BFLOAT16 : FLOAT32;
    }

    /**
     * How programs run in it on a device.
     *
     * @throws IllegalArgumentException if that device cannot
     */
    public ExecutionPlan plan(ComputeDevice device) {
        return switch (on(device)) {
            case INT8 -> ExecutionPlan.int8(device);
            case BFLOAT16 -> ExecutionPlan.of(device, StoredType.BF16);
            default -> ExecutionPlan.of(device, StoredType.F32);
        };
    }
}
