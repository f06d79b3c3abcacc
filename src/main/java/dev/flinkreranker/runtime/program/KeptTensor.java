package dev.flinkreranker.runtime.program;

import ai.djl.pytorch.engine.PtNDArray;

/**
 * A tensor that outlives the call which returned it, for later calls of programs on the same
 * device. Lives until it is closed, or its program is. May be closed by any thread, and more than
 * once.
 */
public final class KeptTensor implements AutoCloseable {

    private final PtNDArray array;

    KeptTensor(PtNDArray array) {
        this.array = array;
    }

    PtNDArray array() {
        return array;
    }

    /** Frees it. Calls that have it already go on. */
    @Override
    public void close() {
        array.close();
    }
}
