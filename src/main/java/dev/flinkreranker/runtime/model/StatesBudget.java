package dev.flinkreranker.runtime.model;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory of a device the states take that calls keep for deeper ones. Safe for use by many
 * threads.
 */
public final class StatesBudget {

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param maxBytes most that is kept at a time, at least 0
     */
    public StatesBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Bytes that are kept now. */
    public long bytes() {
        return bytes.get();
    }

    /** Takes room for so many bytes, unless there is not enough. */
    boolean take(long wanted) {
        if (bytes.addAndGet(wanted) <= maxBytes) {
            return true;
        }
        bytes.addAndGet(-wanted);
        return false;
    }

    void give(long taken) {
        bytes.addAndGet(-taken);
    }
}
