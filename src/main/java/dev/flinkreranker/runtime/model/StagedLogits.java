package dev.flinkreranker.runtime.model;

import java.util.List;

/**
 * What a program made of a batch.
 *
 * @param logits [cutoff ascending][pair], row-major, not yet checked
 * @param states those of each pair; empty where none were kept
 */
record StagedLogits(float[] logits, List<PairStates> states) {

    /** Copies the list. */
    StagedLogits {
        states = List.copyOf(states);
    }
}
