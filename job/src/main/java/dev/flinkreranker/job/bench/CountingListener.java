package dev.flinkreranker.job.bench;

import dev.flinkreranker.runtime.batching.PairListener;
import java.util.function.IntConsumer;

/** Tells when a pair was scored; no pair of a benchmark fails or expires. */
final class CountingListener implements PairListener<Float> {

    private final IntConsumer onScored;

    CountingListener(IntConsumer onScored) {
        this.onScored = onScored;
    }

    @Override
    public boolean isWanted() {
        return true;
    }

    @Override
    public void scored(int index, Float score) {
        onScored.accept(index);
    }

    @Override
    public void unscorable(int index, String reason) {
        throw new IllegalStateException("pair " + index + " was not scored: " + reason);
    }

    @Override
    public void dropped(int index) {
        throw new IllegalStateException("pair " + index + " was dropped");
    }

    @Override
    public void abandoned(int index, RuntimeException cause) {
        // The run is over and the batcher closed; what still waits does not count.
    }
}
