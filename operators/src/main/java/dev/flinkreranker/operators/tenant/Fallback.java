package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.PublicEvolving;

/** What becomes of a request that was not scored to the end. */
@PublicEvolving
public enum Fallback {
    /** A result in the order of the request, without scores, whose status says why. */
    PASSTHROUGH,
    /** A dead letter. */
    DEAD_LETTER,
    /**
     * In a cascade, a result with the ranking of the stages that have scored. Where none has, as
     * {@link #PASSTHROUGH}.
     */
    PARTIAL
}
