package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.PublicEvolving;

/** What becomes of a request whose tenant is not configured. */
@PublicEvolving
public enum UnknownTenant {
    /** It gets the defaults. */
    DEFAULTS,
    /** It is a dead letter. */
    REJECT,
    /** It waits for a config from the topic, within bounds, and beyond them is a dead letter. */
    HOLD
}
