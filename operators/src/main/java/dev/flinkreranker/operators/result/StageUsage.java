package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.Usage;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a stage of a cascade cost: a function of the request and its settings, not of the clock.
 *
 * @param model alias of the stage's model
 * @param cutoffLayers layers that it scored; empty for the deepest alone
 * @param pairs number of (query, passage) pairs that it scored
 * @param tokens tokens of these pairs, special tokens included, padding excluded
 * @param truncated number of these pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 */
@PublicEvolving
public record StageUsage(
        String model,
        List<Integer> cutoffLayers,
        int pairs,
        long tokens,
        int truncated,
        long flops) {

    /** Copies the list. */
    public StageUsage {
        cutoffLayers = List.copyOf(cutoffLayers);
    }

    /** As the engine counted. */
    static StageUsage of(RerankSettings settings, Usage usage) {
        return new StageUsage(
                settings.model(),
                settings.cutoffLayers(),
                usage.pairs(),
                usage.tokens(),
                usage.truncated(),
                usage.flops());
    }
}
