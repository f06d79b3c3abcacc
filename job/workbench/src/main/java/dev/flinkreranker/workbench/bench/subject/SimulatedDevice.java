package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.runtime.batching.ScoringProfile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A device of known cost: a batch takes {@code fixed + perToken * tokens}, and a pair's score is
 * its length.
 *
 * @param fixedNanos time of an empty batch
 * @param nanosPerToken time of each token
 */
public record SimulatedDevice(long fixedNanos, long nanosPerToken)
        implements ScoringProfile<Integer, Float>, Serializable {

    /** What a batch of that many tokens takes. */
    long nanos(long tokens) {
        return fixedNanos + nanosPerToken * tokens;
    }

    @Override
    public List<Float> score(int device, List<Integer> lengths) {
        long start = System.nanoTime();
        List<Float> scores = new ArrayList<>(lengths.size());
        long tokens = 0;
        for (int length : lengths) {
            tokens += length;
            scores.add((float) length);
        }
        long end = start + nanos(tokens);
        long left = end - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = end - System.nanoTime();
        }
        return scores;
    }
}
