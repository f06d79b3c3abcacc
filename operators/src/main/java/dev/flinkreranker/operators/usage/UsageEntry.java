package dev.flinkreranker.operators.usage;

import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultUsage;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * What one request used.
 *
 * @param tenant who asked
 * @param status name of the result's status, or {@value #DEAD_LETTER}
 * @param pairs as in the result; 0 without one
 * @param tokens as in the result; 0 without one
 * @param flops as in the result; 0 without one
 * @param deviceNanos how long the device was busy with it, a measurement
 * @param stages of pairs, tokens and flops, what each stage cost; null where the tenant has none
 */
@PublicEvolving
public record UsageEntry(
        String tenant,
        String status,
        long pairs,
        long tokens,
        long flops,
        long deviceNanos,
        @Nullable List<StageTotal> stages) {

    /** The status of a request that got no result. */
    public static final String DEAD_LETTER = "DEAD_LETTER";

    /** Of a result. */
    @Internal
    public static UsageEntry of(RankedResult result, long deviceNanos) {
        ResultUsage usage = result.usage();
        return new UsageEntry(
                result.tenant(),
                result.status().name(),
                usage.pairs(),
                usage.tokens(),
                usage.flops(),
                deviceNanos,
                usage.stages() == null ? null : StageTotal.of(usage));
    }

    /** Of a request that got no result. */
    @Internal
    public static UsageEntry deadLetter(String tenant, long deviceNanos) {
        return new UsageEntry(tenant, DEAD_LETTER, 0, 0, 0, deviceNanos, null);
    }
}
