package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Metrics of the operator that takes tenants' configs from their topic. Scope: {@code <operator
 * scope>.rerank.<name>}; by reason {@code <operator scope>.rerank.reason.<CODE>.<name>}. Used by
 * the task's thread alone. How many tenants are known is told by {@link ResolveMetrics#TENANTS}.
 */
@Internal
public final class TenantConfigMetrics {

    /** Counter: configs that were taken; the same config once more does not count. */
    public static final String CONFIGS_ACCEPTED = "configsAccepted";

    /** Counter: configs that were deleted. */
    public static final String CONFIGS_DELETED = "configsDeleted";

    /** Counter, by reason: records that were refused; {@code STALE_CONFIG} for late ones. */
    public static final String CONFIGS_REJECTED = "configsRejected";

    private final Counter accepted;
    private final Counter deleted;
    private final ReasonCounters rejected;

    /**
     * @param operator the operator's group
     */
    public TenantConfigMetrics(MetricGroup operator) {
        MetricGroup group = operator.addGroup(RerankMetrics.GROUP);
        accepted = group.counter(CONFIGS_ACCEPTED);
        deleted = group.counter(CONFIGS_DELETED);
        rejected = new ReasonCounters(group, CONFIGS_REJECTED);
        // The usual two are there from the start, at 0.
        rejected.of(ReasonCode.STALE_CONFIG);
        rejected.of(ReasonCode.INVALID_CONFIG);
    }

    /**
     * A tenant's config changed.
     *
     * @param there whether it has one now
     */
    public void changed(boolean there) {
        (there ? accepted : deleted).inc();
    }

    /** A record was refused. */
    public void rejected(ReasonCode reason) {
        rejected.of(reason).inc();
    }
}
