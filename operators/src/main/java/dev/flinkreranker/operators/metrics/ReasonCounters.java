package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * A counter for each reason, there from the first time that it is asked for. Scope: {@code
 * <group>.reason.<CODE>.<name>}, where CODE is a label to reporters that have labels.
 */
final class ReasonCounters {

    private final MetricGroup group;
    private final String name;
    private final Map<ReasonCode, Counter> counters = new EnumMap<>(ReasonCode.class);

    ReasonCounters(MetricGroup group, String name) {
        this.group = group;
        this.name = name;
    }

    Counter of(ReasonCode reason) {
        return counters.computeIfAbsent(
                reason, code -> group.addGroup(RerankMetrics.REASON, code.name()).counter(name));
    }
}
