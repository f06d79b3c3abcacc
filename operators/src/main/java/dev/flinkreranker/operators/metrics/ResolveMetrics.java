package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of the operator that parses and resolves. Scope of all names here: {@code <operator
 * scope>.rerank.<name>}; those by reason: {@code <operator scope>.rerank.reason.<CODE>.<name>},
 * where CODE is a label to reporters that have labels. Used by the task's thread alone.
 */
@Internal
public final class ResolveMetrics {

    /** Counter: events read. */
    public static final String EVENTS = "events";

    /** Counter, by reason: events that became dead letters before they were reranked. */
    public static final String DEAD_LETTERS = "deadLetters";

    /**
     * Gauge: tenants with a config from the topic. Every parallel instance knows all of them, so
     * take the maximum, not the sum. Only where the job has such a topic.
     */
    public static final String TENANTS = "tenants";

    private final Counter events;
    private final ReasonCounters deadLetters;
    private final MetricGroup group;
    private @Nullable Integer tenants;

    /**
     * @param operator the operator's group
     */
    public ResolveMetrics(MetricGroup operator) {
        group = operator.addGroup(RerankMetrics.GROUP);
        events = group.counter(EVENTS);
        deadLetters = new ReasonCounters(group, DEAD_LETTERS);
    }

    /** An event was read. */
    public void event() {
        events.inc();
    }

    /** So many tenants more, or fewer, have a config from the topic. */
    public void tenants(int change) {
        if (tenants == null) {
            tenants = 0;
            group.<Integer, Gauge<Integer>>gauge(TENANTS, () -> tenants);
        }
        tenants += change;
    }

    /** An event became a dead letter. */
    public void deadLetter(ReasonCode reason) {
        deadLetters.of(reason).inc();
    }
}
