package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.Usage;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * What a stage of a cascade cost: a function of the request and its settings, not of the clock.
 *
 * @param team of an interleaved result, whose stage it is: {@code A} the tenant's own, {@code B}
 *     the second configuration's; null, and absent on the wire, elsewhere
 * @param model alias of the stage's model
 * @param cutoffLayers layers that it scored; empty for the deepest alone
 * @param pairs number of (query, passage) pairs that it scored
 * @param tokens tokens of these pairs, special tokens included, padding excluded
 * @param truncated number of these pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 */
@PublicEvolving
public record StageUsage(
        @JsonInclude(Include.NON_NULL) @Nullable String team,
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

    /** The same in an interleaved result. */
    StageUsage of(TeamDraft.Team whose) {
        return new StageUsage(whose.name(), model, cutoffLayers, pairs, tokens, truncated, flops);
    }

    /** As the engine counted. */
    static StageUsage of(RerankSettings settings, Usage usage) {
        return new StageUsage(
                null,
                settings.model(),
                settings.cutoffLayers(),
                usage.pairs(),
                usage.tokens(),
                usage.truncated(),
                usage.flops());
    }
}
