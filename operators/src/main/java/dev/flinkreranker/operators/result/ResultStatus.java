package dev.flinkreranker.operators.result;

import org.apache.flink.annotation.PublicEvolving;

/**
 * How a request fared. In every status but {@link #RANKED} and {@link #PARTIAL} the documents are
 * in the order of the request and have no scores.
 */
@PublicEvolving
public enum ResultStatus {
    /** The documents are ranked by their scores. */
    RANKED,
    /** The tenant's model is {@code none}. */
    PASSTHROUGH,
    /** The deadline passed before every document was scored. */
    TIMED_OUT,
    /** The tenant had too much under way. */
    THROTTLED,
    /** The request could not be scored; {@code meta.message} says why. */
    FAILED,
    /**
     * The documents are ranked by the stages of a cascade that have scored; {@code meta.message}
     * says why the others have not. Only where the tenant's {@code on_timeout} or {@code
     * on_failure} asks for it.
     */
    PARTIAL
}
