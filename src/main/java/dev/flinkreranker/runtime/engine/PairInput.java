package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.PairStates;
import dev.flinkreranker.runtime.model.StatesBudget;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import org.jspecify.annotations.Nullable;

/**
 * A pair on its way to the device.
 *
 * @param pair its tokens
 * @param states what it goes on from, where its profile does
 * @param budget where its own states may be kept; null where nobody wants them
 */
record PairInput(TokenizedPair pair, @Nullable PairStates states, @Nullable StatesBudget budget) {}
