package dev.flinkreranker.operators.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What settings must obey whatever the model. One small rule each; every message names the field,
 * the value and what is allowed. What depends on the model (does it have that layer?) the model
 * checks.
 */
final class SettingsRules {

    private static final int MIN_LENGTH = 8;
    private static final int MAX_LENGTH = 1 << 20;
    private static final int MAX_TEXT_CHARS = 10_000;

    private static final List<Function<RerankSettings, Optional<String>>> RULES =
            List.of(
                    s -> s.model() == null ? Optional.of("model is missing") : Optional.empty(),
                    s -> layers("cutoff_layers", s.cutoffLayers()),
                    s -> layers("compress_layers", s.compressLayers()),
                    s -> range("compress_ratio", s.compressRatio(), 1, 1024),
                    s -> range("max_length", s.maxLength(), MIN_LENGTH, MAX_LENGTH),
                    s -> range("query_max_length", s.queryMaxLength(), 1, MAX_LENGTH),
                    SettingsRules::queryFits,
                    s -> text("prompt", s.prompt()),
                    s -> text("query_instruction", s.queryInstruction()),
                    s -> text("passage_instruction", s.passageInstruction()),
                    SettingsRules::oneDecides,
                    s -> range("top_n", s.topN(), 1, Integer.MAX_VALUE),
                    s -> minScore(s.minScore(), s.normalize()),
                    s -> range("max_candidates", s.maxCandidates(), 1, Integer.MAX_VALUE),
                    SettingsRules::deadlineIsPositive,
                    SettingsRules::weightInRange,
                    s -> range("max_in_flight", s.maxInFlight(), 1, Integer.MAX_VALUE),
                    SettingsRules::fusionWeightInRange,
                    s -> range("fusion_k", s.fusionK(), 1, 1_000_000));

    private SettingsRules() {}

    /** Every violation, in the order of the fields; empty when all is fine. */
    static List<String> violations(RerankSettings settings) {
        List<String> violations = new ArrayList<>();
        for (Function<RerankSettings, Optional<String>> rule : RULES) {
            rule.apply(settings).ifPresent(violations::add);
        }
        if (settings.stages() != null) {
            violations.addAll(
                    StageRules.violations(settings.stages(), settings, List.copyOf(violations)));
        }
        if (settings.calibration() != null && violations.isEmpty()) {
            violations.addAll(CalibrationRules.violations(settings));
        }
        return violations;
    }

    private static Optional<String> range(
            String field, @Nullable Integer value, int least, int most) {
        if (value == null || (value >= least && value <= most)) {
            return Optional.empty();
        }
        return Optional.of(
                most == Integer.MAX_VALUE
                        ? "%s must be at least %d, but is %d".formatted(field, least, value)
                        : "%s must be between %d and %d, but is %d"
                                .formatted(field, least, most, value));
    }

    private static Optional<String> layers(String field, List<Integer> layers) {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) < 0) {
                return Optional.of(
                        "%s must hold layers of 0 and up, but has %d"
                                .formatted(field, layers.get(i)));
            }
            if (i > 0 && layers.get(i) <= layers.get(i - 1)) {
                return Optional.of(
                        "%s must be ascending without repetition, but is %s"
                                .formatted(field, layers));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> queryFits(RerankSettings s) {
        if (s.maxLength() == null
                || s.queryMaxLength() == null
                || s.queryMaxLength() <= s.maxLength()) {
            return Optional.empty();
        }
        return Optional.of(
                "query_max_length must not exceed max_length (%d), but is %d"
                        .formatted(s.maxLength(), s.queryMaxLength()));
    }

    private static Optional<String> text(String field, @Nullable String text) {
        if (text == null || text.length() <= MAX_TEXT_CHARS) {
            return Optional.empty();
        }
        return Optional.of(
                "%s must have at most %d characters, but has %d"
                        .formatted(field, MAX_TEXT_CHARS, text.length()));
    }

    private static Optional<String> oneDecides(RerankSettings s) {
        return s.normalize() && s.normalizeAsDeclared()
                ? Optional.of(
                        "normalize_as_declared leaves to the model's folder what normalize decides;"
                                + " only one of both can be on")
                : Optional.empty();
    }

    /**
     * @param normalize whether it is held against normalized scores
     */
    static Optional<String> minScore(@Nullable Double minScore, boolean normalize) {
        if (minScore == null) {
            return Optional.empty();
        }
        if (!Double.isFinite(minScore)) {
            return Optional.of("min_score must be a finite number, but is " + minScore);
        }
        return normalize && minScore > 1
                ? Optional.of(
                        "min_score must be at most 1 when normalize is on, but is " + minScore)
                : Optional.empty();
    }

    private static Optional<String> deadlineIsPositive(RerankSettings s) {
        return s.deadlineMs() == null || s.deadlineMs() >= 1
                ? Optional.empty()
                : Optional.of("deadline_ms must be at least 1, but is " + s.deadlineMs());
    }

    private static Optional<String> fusionWeightInRange(RerankSettings s) {
        return s.fusionWeight() > 0 && s.fusionWeight() < 1
                ? Optional.empty()
                : Optional.of(
                        "fusion_weight must be above 0 and below 1, but is " + s.fusionWeight());
    }

    private static Optional<String> weightInRange(RerankSettings s) {
        return s.weight() >= 1e-6 && s.weight() <= 1e6
                ? Optional.empty()
                : Optional.of("weight must be between 1e-6 and 1e6, but is " + s.weight());
    }
}
