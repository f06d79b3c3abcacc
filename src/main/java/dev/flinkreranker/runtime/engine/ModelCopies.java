package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.PairScorer;
import java.util.List;

/**
 * A model in memory: once for each GPU of its list, or once for all of its devices of the CPU.
 *
 * @param all at least one, in the order of the list
 */
record ModelCopies(List<PairScorer> all) {

    /** Copies the list. */
    ModelCopies {
        all = List.copyOf(all);
    }

    /** The one that a device runs, by its place in the list. */
    PairScorer on(int device) {
        return all.get(isOne() ? 0 : device);
    }

    /** Any of them, for what is the same of all. */
    PairScorer any() {
        return all.get(0);
    }

    /** Whether all devices run the same. */
    boolean isOne() {
        return all.size() == 1;
    }
}
