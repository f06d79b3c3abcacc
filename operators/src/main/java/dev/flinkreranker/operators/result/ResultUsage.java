package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Stage;
import dev.flinkreranker.runtime.engine.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
 * @param stages of that, what each stage of a cascade cost, in their order; where two rankings are
 *     interleaved, those of the tenant's own and then those of the second; null, and absent on the
 *     wire, where neither has stages
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

    /**
     * Number of a stage, from 1, in its own ranking.
     *
     * @param place among {@link #stages}, from 0
     */
    public int stageNumber(int place) {
        int number = 1;
        while (place >= number
                && Objects.equals(stages.get(place - number).team(), stages.get(place).team())) {
            number++;
        }
        return number;
    }

    /**
     * Of two rankings that are interleaved, each with scores of its own.
     *
     * @param settings the tenant's own
     * @param other usage of the second configuration
     * @param others its settings
     */
    ResultUsage interleaved(RerankSettings settings, ResultUsage other, RerankSettings others) {
        ResultUsage sum = plus(other);
        if (stages == null && other.stages == null) {
            return sum;
        }
        List<StageUsage> both = new ArrayList<>();
        addStages(settings, TeamDraft.Team.A, both);
        other.addStages(others, TeamDraft.Team.B, both);
        return new ResultUsage(sum.pairs, sum.tokens, sum.truncated, sum.flops, both);
    }

    private void addStages(RerankSettings settings, TeamDraft.Team team, List<StageUsage> to) {
        if (stages != null) {
            stages.forEach(stage -> to.add(stage.of(team)));
        } else if (!settings.passesThrough()) {
            Usage all = new Usage(pairs, tokens, truncated, flops);
            to.add(StageUsage.of(settings, all).of(team));
        }
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
