package dev.flinkreranker.sql;

import org.apache.flink.annotation.PublicEvolving;

/** What becomes of a row that cannot be scored. */
@PublicEvolving
public enum OnError {
    /** It goes on with nulls for its scores, and with its status where that is asked for. */
    NULL,
    /** It fails the job. */
    FAIL
}
