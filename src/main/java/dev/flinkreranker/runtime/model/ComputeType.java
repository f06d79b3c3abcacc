package dev.flinkreranker.runtime.model;

/** The number format in which a model computes. */
public enum ComputeType {
    FLOAT32,
    BFLOAT16,
    /** bfloat16 where the device has instructions for it, float32 elsewhere. */
    AUTO
}
