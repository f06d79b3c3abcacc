package dev.flinkreranker.sql;

import org.apache.flink.annotation.PublicEvolving;

/** How a row fared. */
@PublicEvolving
public enum RowStatus {
    /** It was scored. */
    OK,
    /** It is not a query with texts to rank, or is beyond the limits. */
    REJECTED,
    /** The timeout passed first. */
    TIMED_OUT,
    /** It could not be scored, for a reason of its own or of its model. */
    FAILED
}
