package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import java.util.List;

/** Hears what a batcher does. Called from its threads; must be safe for that and must not block. */
public interface BatchObserver {

    /** Hears nothing. */
    BatchObserver NONE = new BatchObserver() {};

    /**
     * A batch ran.
     *
     * @param pairs the pairs that it was formed of
     */
    default void ran(BatchReport report, List<? extends QueuedPair<?, ?>> pairs) {}

    /** Pairs were not scored because their deadline passed or nobody wanted them any more. */
    default void dropped(int pairs) {}

    /** A batch was halved because it did not fit into the device's memory. */
    default void splitForMemory() {}

    /** A batch failed and was run once more. */
    default void retried() {}

    /** A batch that failed again was split to find the pair to blame. */
    default void splitForFault() {}

    /** Pairs could not be scored even alone. */
    default void unscorable(int pairs) {}

    /** The device is lost. */
    default void broken(BrokenDeviceException cause) {}
}
