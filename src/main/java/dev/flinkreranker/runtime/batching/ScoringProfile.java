package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pairs must share to be scored together: one model under one setting of everything that
 * changes a score beyond the pair itself. Pairs of equal profiles may share a batch, so there is
 * either one instance for each model and setting, or {@code equals} and {@code hashCode} say so.
 *
 * @param <P> a pair, ready for the device
 * @param <S> its score
 */
public interface ScoringProfile<P, S> {

    /**
     * Scores pairs on a device. Called by as many threads as the batcher has for each device.
     *
     * @param device place of the device among the batcher's, from 0
     * @param pairs at least one pair
     * @return one score per pair, in the same order
     * @throws DeviceMemoryException if the batch did not fit; fewer pairs may
     * @throws ScoringException if this batch could not be scored; the device is fit to go on
     * @throws BrokenDeviceException if the device is lost
     */
    List<S> score(int device, List<P> pairs);

    /**
     * What of a pair is computed once for all pairs of a batch.
     *
     * @param key equal to that of whoever shares it
     * @param tokens how many tokens of the pair it is, fewer than its length
     */
    record Prefix(Object key, int tokens) {}

    /** What the pair may share with others; null for nothing. Any thread. */
    default @Nullable Prefix prefix(P pair) {
        return null;
    }

    /**
     * Tokens of the largest batch that fits into the device's memory, predicted; at least 1. Any
     * thread.
     */
    default int fittingTokens() {
        return Integer.MAX_VALUE;
    }

    /** Rows that the device computes for that many tokens, those that hold no token included. */
    default int rows(int tokens) {
        return tokens;
    }
}
