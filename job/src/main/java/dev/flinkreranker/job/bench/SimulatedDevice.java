package dev.flinkreranker.job.bench;

import dev.flinkreranker.runtime.batching.ScoringProfile;
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
record SimulatedDevice(long fixedNanos, long nanosPerToken)
        implements ScoringProfile<Integer, Float> {

    @Override
    public List<Float> score(List<Integer> lengths) {
        long end = System.nanoTime() + fixedNanos;
        List<Float> scores = new ArrayList<>(lengths.size());
        for (int length : lengths) {
            end += nanosPerToken * length;
            scores.add((float) length);
        }
        long left = end - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = end - System.nanoTime();
        }
        return scores;
    }
}
