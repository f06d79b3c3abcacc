package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Stage;
import dev.flinkreranker.runtime.engine.Usage;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * What a request cost: a function of the request and its settings, not of the clock.
 *
 * @param pairs number of (query, passage) pairs that were scored
 * @param tokens tokens of all pairs, special tokens included, padding excluded
 * @param truncated number of pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 * @param stages of that, what each stage of a cascade cost, in their order; null, and absent on the
 *     wire, where the tenant has no stages or two rankings are interleaved
 */
@PublicEvolving
public record ResultUsage(
        int pairs,
        long tokens,
        int truncated,
        long flops,
        @JsonInclude(Include.NON_NULL) @Nullable List<StageUsage> stages) {

    private static final ResultUsage NOTHING = new ResultUsage(0, 0, 0, 0);

    /** Copies the list. */
    public ResultUsage {
        stages = stages == null ? null : List.copyOf(stages);
    }

    /** Of a request without stages. */
    public ResultUsage(int pairs, long tokens, int truncated, long flops) {
        this(pairs, tokens, truncated, flops, null);
    }

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

    /** Of all stages that have scored, as the engine counted. */
    static ResultUsage of(RerankSettings settings, List<StageScores> scored) {
        List<Stage> cascade = settings.cascade();
        ResultUsage all = NOTHING;
        List<StageUsage> apart = new ArrayList<>();
        for (int i = 0; i < scored.size(); i++) {
            Usage usage = scored.get(i).scored().usage();
            all = all.plus(of(usage));
            apart.add(StageUsage.of(cascade.get(i).settings(), usage));
        }
        return settings.stages() == null
                ? all
                : new ResultUsage(all.pairs, all.tokens, all.truncated, all.flops, apart);
    }

    /** As the engine counted. */
    @Internal
    public static ResultUsage of(Usage usage) {
        return new ResultUsage(usage.pairs(), usage.tokens(), usage.truncated(), usage.flops());
    }
}
