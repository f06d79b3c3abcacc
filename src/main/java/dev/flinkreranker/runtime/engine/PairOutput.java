package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.PairStates;
import org.jspecify.annotations.Nullable;

/**
 * What the device made of a pair.
 *
 * @param logits one for each cutoff layer, ascending
 * @param states for a deeper stage, to be closed by whoever gets them; null where none were kept
 */
record PairOutput(float[] logits, @Nullable PairStates states) {}
