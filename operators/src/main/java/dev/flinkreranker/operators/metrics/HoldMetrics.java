package dev.flinkreranker.operators.metrics;

import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Metrics of the operator that keeps requests until their tenants' configs come. Scope: {@code
 * <operator scope>.rerank.<name>}. Those that waited in vain are counted by {@link
 * ResolveMetrics#DEAD_LETTERS} of the operator behind it.
 */
@Internal
public final class HoldMetrics {

    /** Gauge: requests that wait. */
    public static final String HELD_REQUESTS = "heldRequests";

    /** Gauge: bytes of those requests. */
    public static final String HELD_BYTES = "heldBytes";

    /**
     * @param operator the operator's group
     * @param requests how many wait
     * @param bytes how large they are
     */
    public HoldMetrics(MetricGroup operator, Gauge<Long> requests, Gauge<Long> bytes) {
        MetricGroup group = operator.addGroup(RerankMetrics.GROUP);
        group.gauge(HELD_REQUESTS, requests);
        group.gauge(HELD_BYTES, bytes);
    }
}
