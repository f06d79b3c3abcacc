package dev.flinkreranker.operators.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant's {@code calibration} must obey: its numbers, and that it was fitted for the stages
 * that the tenant has. Every message begins with a path.
 */
final class CalibrationRules {

    private static final String FITTED_FOR = "calibration.fitted_for";
    private static final String REMEDY =
            "; fit another with ./rerank tune, or set calibration: null where this one does not"
                    + " hold";

    private CalibrationRules() {}

    /**
     * Every violation that needs no model.
     *
     * @param settings that have one
     */
    static List<String> violations(RerankSettings settings) {
        Calibration calibration = settings.calibration();
        List<String> violations = new ArrayList<>();
        finite("slope", calibration.slope(), violations);
        finite("intercept", calibration.intercept(), violations);
        if (calibration.slope() != null && calibration.slope() <= 0) {
            violations.add(
                    "calibration.slope must be above 0, but is %s: a higher score must not be less"
                                    .formatted(calibration.slope())
                            + " probable");
        }
        Double below = calibration.nothingRelevantBelow();
        if (below != null && !(below > 0 && below < 1)) {
            violations.add(
                    "calibration.nothing_relevant_below must be above 0 and below 1, but is "
                            + below);
        }
        Double precision = calibration.nothingRelevantPrecision();
        if (precision != null && !(precision >= 0 && precision <= 1)) {
            violations.add(
                    "calibration.nothing_relevant_precision must be between 0 and 1, but is "
                            + precision);
        }
        violations.addAll(ofStages(calibration, settings));
        return violations;
    }

    private static void finite(String field, @Nullable Double value, List<String> violations) {
        if (value == null) {
            violations.add("calibration.%s is missing".formatted(field));
        } else if (!Double.isFinite(value)) {
            violations.add(
                    "calibration.%s must be a finite number, but is %s".formatted(field, value));
        }
    }

    private static List<String> ofStages(Calibration calibration, RerankSettings settings) {
        List<CalibratedStage> fitted = calibration.fittedFor();
        if (fitted.isEmpty()) {
            return List.of(
                    FITTED_FOR
                            + " must have the stages whose scores were calibrated; ./rerank tune"
                            + " writes it");
        }
        List<String> violations = new ArrayList<>();
        for (int i = 0; i < fitted.size(); i++) {
            if (fitted.get(i).model() == null) {
                violations.add(path(i) + ".model is missing");
            }
            if (fitted.get(i).settings() == null) {
                violations.add(path(i) + ".settings is missing");
            }
        }
        // What is wrong with the stages themselves is told before.
        if (!violations.isEmpty() || settings.model() == null || settings.passesThrough()) {
            return violations;
        }
        List<CalibratedStage> stages = CalibratedStage.of(settings);
        if (stages.size() != fitted.size()) {
            return List.of(
                    "%s has %d stages, but %d score here%s"
                            .formatted(FITTED_FOR, fitted.size(), stages.size(), REMEDY));
        }
        for (int i = 0; i < stages.size(); i++) {
            String now = stages.get(i).settings();
            if (!Objects.equals(fitted.get(i).settings(), now)) {
                violations.add(
                        "%s.settings is \"%s\", but here the stage has \"%s\"%s"
                                .formatted(path(i), fitted.get(i).settings(), now, REMEDY));
            }
        }
        return violations;
    }

    /**
     * The first stage whose model has other weights than those it was fitted for, in one line.
     *
     * @param fingerprint of a model's weights, by alias; empty where they are not known
     */
    static Optional<String> ofModels(
            RerankSettings settings, Function<String, Optional<String>> fingerprint) {
        Calibration calibration = settings.calibration();
        if (calibration == null || settings.passesThrough()) {
            return Optional.empty();
        }
        List<Stage> cascade = settings.cascade();
        for (int i = 0; i < cascade.size(); i++) {
            String fitted = calibration.fittedFor().get(i).model();
            String alias = cascade.get(i).settings().model();
            Optional<String> known = fingerprint.apply(alias);
            if (known.isPresent() && !known.get().equals(fitted)) {
                return Optional.of(
                        "%s.model is %s, but the weights of %s are %s%s"
                                .formatted(path(i), fitted, alias, known.get(), REMEDY));
            }
        }
        return Optional.empty();
    }

    private static String path(int stage) {
        return FITTED_FOR + "[" + stage + "]";
    }
}
