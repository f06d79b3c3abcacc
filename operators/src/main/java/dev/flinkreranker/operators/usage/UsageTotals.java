package dev.flinkreranker.operators.usage;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant used in an interval so far: the state of {@link UsageFunction}.
 *
 * @param from when the interval begins, milliseconds since the epoch
 * @param requests number of requests by status
 * @param pairs of all results
 * @param tokens of all results
 * @param flops of all results
 * @param deviceNanos of all requests
 * @param stages of all results with stages; null where there was none
 */
@Internal
public record UsageTotals(
        long from,
        Map<String, Long> requests,
        long pairs,
        long tokens,
        long flops,
        long deviceNanos,
        @Nullable List<StageTotal> stages) {

    static UsageTotals none(long from) {
        return new UsageTotals(from, Map.of(), 0, 0, 0, 0, null);
    }

    /** Whether the sums hold this entry too; only floating point operations come near the end. */
    boolean holds(UsageEntry entry) {
        return entry.flops() <= Long.MAX_VALUE - flops;
    }

    UsageTotals plus(UsageEntry entry) {
        Map<String, Long> more = new TreeMap<>(requests);
        more.merge(entry.status(), 1L, Long::sum);
        return new UsageTotals(
                from,
                more,
                pairs + entry.pairs(),
                tokens + entry.tokens(),
                flops + entry.flops(),
                deviceNanos + entry.deviceNanos(),
                StageTotal.sum(stages, entry.stages()));
    }
}
