package dev.flinkreranker.runtime.engine;

/**
 * Bytes of a device that models are predicted to need there.
 *
 * @param weights of all of them
 * @param batch at most for a batch of whichever takes most
 */
record ModelMemory(long weights, long batch) {

    static final ModelMemory NONE = new ModelMemory(0, 0);

    /** Of these models beside others. */
    ModelMemory and(ModelMemory others) {
        return new ModelMemory(weights + others.weights, Math.max(batch, others.batch));
    }
}
