package dev.flinkreranker.workbench.demo;

import org.jspecify.annotations.Nullable;

/**
 * An event for the requests topic.
 *
 * @param requestId also the record's key
 * @param value the record's bytes
 * @param defect what is wrong with it, or null for a good request
 */
record DemoEvent(String requestId, byte[] value, @Nullable String defect) {

    /** Whether the event must become a dead letter. */
    boolean isBad() {
        return defect != null;
    }
}
