package dev.flinkreranker.operators.tenant;

/** What becomes of a request of a tenant that has too much under way. */
public enum OverloadPolicy {
    /** It waits its turn. */
    WAIT,
    /** A result in the order of the request, without scores. */
    PASSTHROUGH,
    /** A dead letter. */
    DEAD_LETTER
}
