package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.BatchReport;

/** Hears of single events, for histograms. Called from the engine's threads; must not block. */
public interface EngineListener {

    /** A batch ran on a device. */
    default void batchRan(BatchReport report) {}

    /**
     * A request was turned into tokens.
     *
     * @param pairs its pairs
     * @param nanos how long it took
     */
    default void tokenized(int pairs, long nanos) {}
}
