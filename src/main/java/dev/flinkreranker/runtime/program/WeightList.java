package dev.flinkreranker.runtime.program;

import ai.djl.pytorch.jni.IValue;

/**
 * The weights of a call that ends at some layer, as one native list that all calls share (making it
 * anew would take time in every call). Belongs to the {@link MappedWeights} it came from.
 */
public final class WeightList {

    private final IValue value;

    WeightList(IValue value) {
        this.value = value;
    }

    IValue value() {
        return value;
    }
}
