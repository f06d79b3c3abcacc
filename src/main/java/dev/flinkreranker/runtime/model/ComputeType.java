package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.UnusableDeviceException;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;

/** The number format in which a model computes. */
public enum ComputeType {
    FLOAT32,
    BFLOAT16,
    /** For GPUs, and models that stay within its range. */
    FLOAT16,
    /**
     * float32 with products of 8-bit integers: both sides are quantized by row as they are
     * multiplied. For CPUs with instructions for it.
     */
    INT8,
    /**
     * bfloat16 where the device has instructions for it; else float16 on a GPU, for models that
     * stay within its range; else float32.
     */
    AUTO;

    /**
     * What this comes to on a device: never {@link #AUTO}.
     *
     * @param float16 whether the model stays within float16's range
     * @throws UnusableDeviceException if this is {@link #AUTO} and the device is not there
     */
    public ComputeType on(ComputeDevice device, boolean float16) {
        return this == AUTO ? of(device.fastType(float16)) : this;
    }

    private static ComputeType of(StoredType type) {
        return switch (type) {
            case BF16 -> BFLOAT16;
            case F16 -> FLOAT16;
            default -> FLOAT32;
        };
    }

    /**
     * How programs run in it on a device.
     *
     * @param float16 whether the model stays within float16's range
     * @throws UnusableDeviceException if the device or the model cannot
     */
    public ExecutionPlan plan(ComputeDevice device, boolean float16) {
        if (this == FLOAT16 && !float16) {
            throw new UnusableDeviceException(
                    "dtype float16 is too narrow for this model; take bfloat16 or float32");
        }
        return switch (on(device, float16)) {
            case INT8 -> ExecutionPlan.int8(device);
            case BFLOAT16 -> ExecutionPlan.of(device, StoredType.BF16);
            case FLOAT16 -> ExecutionPlan.of(device, StoredType.F16);
            default -> ExecutionPlan.of(device, StoredType.F32);
        };
    }
}
