package dev.flinkreranker.runtime.engine;

import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Memory that models which are being loaded side by side may count on: each has its own. What is
 * loaded already is part of what the system says is used.
 */
final class LoadMemory {

    private final Supplier<OptionalLong> available;
    private long promised;
    private int loads;

    LoadMemory(Supplier<OptionalLong> available) {
        this.available = available;
    }

    /** Waits while there is too little beside the loads under way. A load alone never waits. */
    synchronized void take(long bytes) throws InterruptedException {
        while (loads > 0 && bytes > free()) {
            wait();
        }
        loads++;
        promised += bytes;
    }

    /** Ends a load that took that many. */
    synchronized void giveBack(long bytes) {
        loads--;
        promised -= bytes;
        notifyAll();
    }

    /** What the system has to give now; empty where it is not known. */
    OptionalLong available() {
        return available.get();
    }

    private long free() {
        return available.get().orElse(Long.MAX_VALUE) - promised;
    }
}
