package dev.flinkreranker.operators.result;

import dev.flinkreranker.runtime.engine.Usage;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a request cost: a function of the request and its settings, not of the clock.
 *
 * @param pairs number of (query, passage) pairs that were scored
 * @param tokens tokens of all pairs, special tokens included, padding excluded
 * @param truncated number of pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 */
@PublicEvolving
public record ResultUsage(int pairs, long tokens, int truncated, long flops) {

    private static final ResultUsage NOTHING = new ResultUsage(0, 0, 0, 0);

    /** Of a request that was not scored. */
    public static ResultUsage nothing() {
        return NOTHING;
    }

    /** Of both. */
    ResultUsage plus(ResultUsage other) {
        return new ResultUsage(
                pairs + other.pairs,
                tokens + other.tokens,
                truncated + other.truncated,
                flops + other.flops);
    }

    /** As the engine counted. */
    @Internal
    public static ResultUsage of(Usage usage) {
        return new ResultUsage(usage.pairs(), usage.tokens(), usage.truncated(), usage.flops());
    }
}
