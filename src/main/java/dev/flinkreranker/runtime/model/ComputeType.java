package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;

/** The number format in which a model computes. */
public enum ComputeType {
    FLOAT32,
    BFLOAT16,
    /** bfloat16 where the device has instructions for it, float32 elsewhere. */
    AUTO;

    /** What this comes to on a device: never {@link #AUTO}. */
    public ComputeType on(ComputeDevice device) {
        if (this != AUTO) {
            return this;
        }
        return device.fastType() == StoredType.BF16 ? BFLOAT16 : FLOAT32;
    }
}
