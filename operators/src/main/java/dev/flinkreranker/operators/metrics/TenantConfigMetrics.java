package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Metrics of the operator that takes tenants' configs from their topic. Scope: {@code <operator
 * scope>.rerank.<name>}; by reason {@code <operator scope>.rerank.reason.<CODE>.<name>}. Used by
 * the task's thread alone. How many tenants are known is told by {@link ResolveMetrics#TENANTS}.
 */
public final class TenantConfigMetrics {

    /** Counter: configs that were taken; the same config once more does not count. */
    public static final String CONFIGS_ACCEPTED = "configsAccepted";

    /** Counter: configs that were deleted. */
    public static final String CONFIGS_DELETED = "configsDeleted";

    /** Counter, by reason: records that were refused; {@code STALE_CONFIG} for late ones. */
    public static final String CONFIGS_REJECTED = "configsRejected";

    private final MetricGroup group;
    private final Counter accepted;
    private final Counter deleted;
    private final Map<ReasonCode, Counter> rejected = new EnumMap<>(ReasonCode.class);

    /**
     * @param operator the operator's group
     */
    public TenantConfigMetrics(MetricGroup operator) {
        group = operator.addGroup(RerankMetrics.GROUP);
        accepted = group.counter(CONFIGS_ACCEPTED);
        deleted = group.counter(CONFIGS_DELETED);
        rejected(ReasonCode.STALE_CONFIG, 0);
        rejected(ReasonCode.INVALID_CONFIG, 0);
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
        rejected(reason, 1);
    }

    private void rejected(ReasonCode reason, int records) {
        rejected.computeIfAbsent(
                        reason,
                        code ->
                                group.addGroup(RerankMetrics.REASON, code.name())
                                        .counter(CONFIGS_REJECTED))
                .inc(records);
    }
}
