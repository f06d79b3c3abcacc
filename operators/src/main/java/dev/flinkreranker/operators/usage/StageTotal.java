package dev.flinkreranker.operators.usage;

import dev.flinkreranker.operators.result.ResultUsage;
import dev.flinkreranker.operators.result.StageUsage;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * What the stages of one number cost, of one request or of several.
 *
 * @param pairs (query, passage) pairs scored
 * @param tokens tokens of those pairs, padding excluded
 * @param flops floating point operations of those pairs by the analytic count
 */
@PublicEvolving
public record StageTotal(long pairs, long tokens, long flops) {

    /** Of a result that tells it: one for each number of a stage, from the first. */
    static List<StageTotal> of(ResultUsage usage) {
        List<StageTotal> totals = new ArrayList<>();
        for (int i = 0; i < usage.stages().size(); i++) {
            StageUsage stage = usage.stages().get(i);
            StageTotal total = new StageTotal(stage.pairs(), stage.tokens(), stage.flops());
            int number = usage.stageNumber(i);
            if (number > totals.size()) {
                totals.add(total);
            } else {
                totals.set(number - 1, totals.get(number - 1).plus(total));
            }
        }
        return totals;
    }

    private StageTotal plus(StageTotal other) {
        return new StageTotal(pairs + other.pairs, tokens + other.tokens, flops + other.flops);
    }

    /** Of both, stage by stage; null where neither has any. */
    static @Nullable List<StageTotal> sum(
            @Nullable List<StageTotal> one, @Nullable List<StageTotal> other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        List<StageTotal> sum = new ArrayList<>();
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            if (i < one.size() && i < other.size()) {
                sum.add(one.get(i).plus(other.get(i)));
            } else {
                sum.add(i < one.size() ? one.get(i) : other.get(i));
            }
        }
        return sum;
    }
}
