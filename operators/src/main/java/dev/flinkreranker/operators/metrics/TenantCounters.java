package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.operators.result.ResultUsage;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What one tenant got and cost. */
final class TenantCounters {

    private final Counter results;
    private final Counter deadLetters;
    private final Counter overflowed;
    private final Counter pairs;
    private final Counter tokens;
    private final Counter megaflops;

    TenantCounters(MetricGroup tenant) {
        results = tenant.counter(RerankMetrics.RESULTS);
        deadLetters = tenant.counter(RerankMetrics.DEAD_LETTERS);
        overflowed = tenant.counter(RerankMetrics.OVERFLOWED);
        pairs = tenant.counter(RerankMetrics.PAIRS);
        tokens = tenant.counter(RerankMetrics.TOKENS);
        megaflops = tenant.counter(RerankMetrics.MEGAFLOPS);
    }

    void result(ResultUsage usage) {
        results.inc();
        pairs.inc(usage.pairs());
        tokens.inc(usage.tokens());
        megaflops.inc(usage.flops() / 1_000_000);
    }

    void overflowed() {
        overflowed.inc();
    }

    void deadLetter() {
        deadLetters.inc();
    }
}
