package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.PairScorer;

/** Loads a model. Called on loader threads of engines, several at once for different models. */
@FunctionalInterface
public interface ModelOpener {

    /**
     * Loads the model onto a GPU, or for all of its devices of the CPU.
     *
     * @throws Exception if it cannot be loaded; the message is one line for a person
     */
    PairScorer open(ModelReference model) throws Exception;

    /** Opens checkpoint directories, as the engine does. */
    static ModelOpener checkpoints() {
        return CheckpointOpener.OF_PROCESS;
    }
}
