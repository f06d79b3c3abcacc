package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.runtime.batching.PairListener;
import java.util.function.IntConsumer;

/** Tells when a pair was scored, or given up at the end; none of a benchmark fails or expires. */
public final class CountingListener implements PairListener<Float> {

    private final IntConsumer onScored;
    private final IntConsumer onAbandoned;

    /**
     * @param onScored told the index of a pair that was scored
     * @param onAbandoned told the index of a pair that still waited when the batcher was closed
     */
    public CountingListener(IntConsumer onScored, IntConsumer onAbandoned) {
        this.onScored = onScored;
        this.onAbandoned = onAbandoned;
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
        onAbandoned.accept(index);
    }
}
