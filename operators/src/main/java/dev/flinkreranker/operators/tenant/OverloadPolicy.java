package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.PublicEvolving;

/**
 * What becomes of a request of a tenant that has too much under way. {@code OVERFLOW}, the default,
 * is the last one because savepoints know the others by their places.
 */
@PublicEvolving
public enum OverloadPolicy {
    /** It waits its turn, and holds up the requests behind it, whosever they are. */
    WAIT,
    /** A result in the order of the request, without scores. */
    PASSTHROUGH,
    /** A dead letter. */
    DEAD_LETTER,
    /** It is set aside in the overflow topic; in a job without one it waits. */
    OVERFLOW
}
