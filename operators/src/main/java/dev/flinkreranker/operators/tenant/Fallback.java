package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.PublicEvolving;

/** What becomes of a request that was not scored. */
@PublicEvolving
public enum Fallback {
    /** A result in the order of the request, without scores, whose status says why. */
    PASSTHROUGH,
    /** A dead letter. */
    DEAD_LETTER
}
