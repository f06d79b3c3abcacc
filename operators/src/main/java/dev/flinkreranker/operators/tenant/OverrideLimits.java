package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a request from costing more than its tenant's own settings: not longer, not deeper, not
 * more documents, not longer waiting, not less compressed. One small rule each. Layers are only
 * compared within one model.
 */
final class OverrideLimits {

    private static final List<BiFunction<RerankSettings, RerankSettings, Optional<String>>>
            OF_SCORING =
                    List.of(
                            (limit, wanted) ->
                                    most("max_length", maxLength(limit), maxLength(wanted)),
                            (limit, wanted) ->
                                    most(
                                            "query_max_length",
                                            limit.queryMaxLength(),
                                            wanted.queryMaxLength()),
                            OverrideLimits::cutoff,
                            OverrideLimits::compressRatio,
                            OverrideLimits::compressLayers);

    private OverrideLimits() {}

    /**
     * The first thing by which settings cost more than they may, in one line; empty for none.
     *
     * @param limit the tenant's settings
     * @param wanted the same with a request's overrides
     */
    static Optional<String> excess(RerankSettings limit, RerankSettings wanted) {
        return most("max_candidates", limit.maxCandidates(), wanted.maxCandidates())
                .or(() -> most("deadline_ms", limit.deadlineMs(), wanted.deadlineMs()))
                .or(() -> CascadeLimits.excess(limit, wanted));
    }

    /** The same of what a single stage scores by. */
    static Optional<String> ofScoring(RerankSettings limit, RerankSettings wanted) {
        return OF_SCORING.stream().flatMap(rule -> rule.apply(limit, wanted).stream()).findFirst();
    }

    private static int maxLength(RerankSettings settings) {
        return settings.maxLength() == null
                ? TokenizationSettings.DEFAULT_MAX_LENGTH
                : settings.maxLength();
    }

    /** No limit where the tenant has none; a request cannot take a limit away. */
    private static Optional<String> most(
            String field, @Nullable Number limit, @Nullable Number wanted) {
        return limit == null || wanted == null || wanted.longValue() <= limit.longValue()
                ? Optional.empty()
                : Optional.of(
                        "%s must not exceed the tenant's (%s), but is %s"
                                .formatted(field, limit, wanted));
    }

    private static Optional<String> cutoff(RerankSettings limit, RerankSettings wanted) {
        List<Integer> layers = wanted.cutoffLayers();
        if (limit.cutoffLayers().isEmpty() || !limit.model().equals(wanted.model())) {
            return Optional.empty();
        }
        int deepest = limit.cutoffLayers().get(limit.cutoffLayers().size() - 1);
        return !layers.isEmpty() && layers.get(layers.size() - 1) <= deepest
                ? Optional.empty()
                : Optional.of(
                        "cutoff_layers must not be deeper than the tenant's (%d), but is %s"
                                .formatted(
                                        deepest,
                                        layers.isEmpty() ? "[], the whole model" : layers));
    }

    private static Optional<String> compressRatio(RerankSettings limit, RerankSettings wanted) {
        return wanted.compressRatio() >= limit.compressRatio()
                        || !limit.model().equals(wanted.model())
                ? Optional.empty()
                : Optional.of(
                        "compress_ratio must be at least the tenant's (%d), but is %d"
                                .formatted(limit.compressRatio(), wanted.compressRatio()));
    }

    private static Optional<String> compressLayers(RerankSettings limit, RerankSettings wanted) {
        return new HashSet<>(wanted.compressLayers()).containsAll(limit.compressLayers())
                        || limit.compressRatio() == 1
                        || !limit.model().equals(wanted.model())
                ? Optional.empty()
                : Optional.of(
                        "compress_layers must hold the tenant's (%s), but is %s"
                                .formatted(limit.compressLayers(), wanted.compressLayers()));
    }
}
