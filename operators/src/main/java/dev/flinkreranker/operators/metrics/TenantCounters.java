package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.operators.result.ResultUsage;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/** What one tenant got and cost. */
final class TenantCounters {

    private final Counter results;
    private final Counter deadLetters;
    private final Counter overflowed;
    private final Counter late;
    private final Counter pairs;
    private final Counter tokens;
    private final Counter megaflops;
    private final Histogram latency;
    private final Histogram wait;

    TenantCounters(MetricGroup tenant) {
        results = tenant.counter(RerankMetrics.RESULTS);
        deadLetters = tenant.counter(RerankMetrics.DEAD_LETTERS);
        overflowed = tenant.counter(RerankMetrics.OVERFLOWED);
        late = tenant.counter(RerankMetrics.LATE);
        pairs = tenant.counter(RerankMetrics.PAIRS);
        tokens = tenant.counter(RerankMetrics.TOKENS);
        megaflops = tenant.counter(RerankMetrics.MEGAFLOPS);
        latency = RerankMetrics.histogram(tenant, RerankMetrics.LATENCY_MS);
        wait = RerankMetrics.histogram(tenant, RerankMetrics.WAIT_MS);
    }

    void result(ResultUsage usage) {
        results.inc();
        pairs.inc(usage.pairs());
        tokens.inc(usage.tokens());
        megaflops.inc(usage.flops() / 1_000_000);
    }

    void ended(long latencyMs) {
        latency.update(latencyMs);
    }

    void scored(long waitMs) {
        wait.update(waitMs);
    }

    void overflowed() {
        overflowed.inc();
    }

    void late() {
        late.inc();
    }

    void deadLetter() {
        deadLetters.inc();
    }
}
