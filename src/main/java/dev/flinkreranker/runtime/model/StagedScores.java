package dev.flinkreranker.runtime.model;

import java.util.List;

/**
 * Scores of a batch, and what deeper calls may go on from.
 *
 * @param scores raw logits, [pair][cutoff ascending]
 * @param states those of each pair, for the caller to close; empty where none were kept
 */
public record StagedScores(float[][] scores, List<PairStates> states) {

    /** Copies the list. */
    public StagedScores {
        states = List.copyOf(states);
    }
}
