package dev.flinkreranker.runtime.engine;

/**
 * What a device of an engine did since the engine started, and what its models are predicted to
 * need there.
 *
 * @param batches batches that ran on it
 * @param tokens their tokens
 * @param busyNanos how long it was busy
 * @param weightBytes of the weights that are there; numbered devices of the CPU share them
 * @param batchBytes at most for a batch; a GPU's next one takes what the one before has freed
 */
public record DeviceCounts(
        long batches, long tokens, long busyNanos, long weightBytes, long batchBytes) {}
