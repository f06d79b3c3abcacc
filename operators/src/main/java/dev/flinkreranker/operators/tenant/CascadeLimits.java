package dev.flinkreranker.operators.tenant;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a request's cascade from costing more than its tenant's own: not more stages, none of them
 * dearer than the tenant's at the same place, and none that lets more documents through.
 */
final class CascadeLimits {

    private CascadeLimits() {}

    /**
     * The first thing by which settings cost more than they may, in one line; empty for none.
     *
     * @param limit the tenant's settings
     * @param wanted the same with a request's overrides
     */
    static Optional<String> excess(RerankSettings limit, RerankSettings wanted) {
        List<Stage> limits = limit.cascade();
        List<Stage> stages = wanted.cascade();
        if (stages.size() > limits.size()) {
            return Optional.of(
                    "stages must not be more than the tenant's (%d that score), but are %d"
                            .formatted(limits.size(), stages.size()));
        }
        if (wanted.scoredOf(Integer.MAX_VALUE) > limit.scoredOf(Integer.MAX_VALUE)) {
            return Optional.of(
                    "stages must not choose more candidates than the tenant's (%d), but choose %s"
                            .formatted(
                                    limit.scoredOf(Integer.MAX_VALUE),
                                    count(wanted.scoredOf(Integer.MAX_VALUE))));
        }
        if (wanted.stages() == null) {
            return OverrideLimits.ofScoring(limits.get(0).settings(), wanted);
        }
        for (int i = 0; i < stages.size(); i++) {
            Stage own = limits.get(i);
            Stage stage = stages.get(i);
            int item = wanted.firstStage() + i;
            boolean chosen =
                    wanted.stages().get(item).model() == null
                            && !wanted.model().equals(limit.model());
            Optional<String> excess =
                    model(own, stage, chosen)
                            .or(() -> OverrideLimits.ofScoring(own.settings(), stage.settings()))
                            .or(() -> cut(own.cut(), stage.cut()));
            if (excess.isPresent()) {
                return Optional.of(StageRules.path(item) + "." + excess.get());
            }
        }
        return Optional.empty();
    }

    /**
     * @param chosen whether the request may choose the model, and has
     */
    private static Optional<String> model(Stage limit, Stage wanted, boolean chosen) {
        String tenants = limit.settings().model();
        return chosen || wanted.settings().model().equals(tenants)
                ? Optional.empty()
                : Optional.of(
                        "model must be the tenant's (%s), but is %s"
                                .formatted(tenants, wanted.settings().model()));
    }

    /** A stage that is not the last of the request's is not the last of the tenant's. */
    private static Optional<String> cut(Stage.@Nullable Cut limit, Stage.@Nullable Cut wanted) {
        if (wanted == null) {
            return Optional.empty();
        }
        if (limit.keep() != null && orMost(wanted.keep()) > limit.keep()) {
            return Optional.of(
                    "keep must not exceed the tenant's (%d), but is %s"
                            .formatted(limit.keep(), count(orMost(wanted.keep()))));
        }
        if (limit.keep() != null && orZero(wanted.margin()) > orZero(limit.margin())) {
            return Optional.of(
                    "margin must not exceed the tenant's (%s), but is %s"
                            .formatted(orZero(limit.margin()), wanted.margin()));
        }
        if (limit.minScore() != null
                && (wanted.minScore() == null || wanted.minScore() < limit.minScore())) {
            return Optional.of(
                    "min_score must be at least the tenant's (%s), but is %s"
                            .formatted(
                                    limit.minScore(),
                                    wanted.minScore() == null ? "missing" : wanted.minScore()));
        }
        return Optional.empty();
    }

    private static int orMost(@Nullable Integer value) {
        return value == null ? Integer.MAX_VALUE : value;
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    private static String count(int value) {
        return value == Integer.MAX_VALUE ? "all" : String.valueOf(value);
    }
}
