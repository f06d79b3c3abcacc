package dev.flinkreranker.runtime.checkpoint;

/** Where the values of a tensor come from when a checkpoint is written. */
@FunctionalInterface
public interface TensorValues {

    /**
     * Gives a run of values.
     *
     * @param tensor the tensor
     * @param first row-major index of the first value
     * @param values receives them at 0 and on
     * @param count how many, at most the length of {@code values}
     */
    void fill(NewTensor tensor, long first, float[] values, int count);
}
