package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.operators.tenant.CalibratedStage;
import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.workbench.calibration.LabelledRequest;
import dev.flinkreranker.workbench.calibration.LabelledScore;
import dev.flinkreranker.workbench.calibration.NothingRelevant;
import dev.flinkreranker.workbench.calibration.PlattFit;
import dev.flinkreranker.workbench.calibration.Prediction;
import dev.flinkreranker.workbench.calibration.Reliability;
import dev.flinkreranker.workbench.report.TuningData.Calibrated;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calibrates the scores of a cascade's last stage: fitted on all requests, and on each half to be
 * measured on the other.
 *
 * @param truth what counts as relevant, and how often the threshold must be right
 * @param halves the requests as the last stage has scored them
 */
record CascadeCalibration(CalibrationTruth truth, Map<Half, List<LabelledRequest>> halves) {

    private static final double THOUSANDTHS = 1000;

    /** What a model's scores are taken for without a calibration. */
    private static final Calibration SIGMOID = new Calibration(1.0, 0.0, null, null, List.of());

    static CascadeCalibration of(
            List<JudgedRequest> requests,
            Cascade cascade,
            boolean byFirstStage,
            CalibrationTruth truth) {
        Map<Half, List<LabelledRequest>> halves = new EnumMap<>(Half.class);
        for (Half half : Half.values()) {
            halves.put(half, new ArrayList<>());
        }
        var settings = Trials.settings(List.of(cascade));
        for (JudgedRequest request : requests) {
            Simulation.Ranked ranked =
                    new Simulation(request, settings, byFirstStage).rank(cascade);
            halves.get(Half.of(request.id())).add(labelled(request, cascade, ranked, truth));
        }
        return new CascadeCalibration(truth, halves);
    }

    private static LabelledRequest labelled(
            JudgedRequest request,
            Cascade cascade,
            Simulation.Ranked ranked,
            CalibrationTruth truth) {
        Stage last = cascade.stages().get(cascade.stages().size() - 1);
        List<PassageScore> scores = request.depths().get(last.layer()).scores();
        List<LabelledScore> labelled = new ArrayList<>();
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < ranked.finishers(); i++) {
            int document = ranked.order()[i];
            if (scores.get(document) instanceof PassageScore.Logits logits) {
                highest = Math.max(highest, logits.deepest());
                if (truth.knows(request.grades()[document])) {
                    labelled.add(
                            new LabelledScore(
                                    logits.deepest(),
                                    truth.isRelevant(request.grades()[document])));
                }
            }
        }
        return new LabelledRequest(
                labelled,
                ranked.complete() && Float.isFinite(highest) ? highest : Float.NaN,
                request.given().anyMatch(i -> truth.isRelevant(request.grades()[i])));
    }

    /** The calibration of these stages; empty where the judgments say nothing about the scores. */
    Optional<Calibration> fit(List<CalibratedStage> stages) {
        return measured()
                .flatMap(
                        held ->
                                fitted(all())
                                        .map(
                                                fit ->
                                                        new Calibration(
                                                                fit.slope(),
                                                                fit.intercept(),
                                                                fit.nothingRelevantBelow(),
                                                                precision(fit, held),
                                                                stages)));
    }

    private static @Nullable Double precision(Calibration fit, Calibrated held) {
        return fit.nothingRelevantBelow() == null || held.nothingRelevant().said() == 0
                ? null
                : Math.round(held.nothingRelevant().precision().share() * THOUSANDTHS)
                        / THOUSANDTHS;
    }

    /** What to expect of it elsewhere: each half by what was fitted on the other. */
    Optional<Calibrated> measured() {
        List<Prediction> before = new ArrayList<>();
        List<Prediction> after = new ArrayList<>();
        NothingRelevant nothing = new NothingRelevant(0, 0, 0, 0);
        for (Half half : Half.values()) {
            Optional<Calibration> fit = fitted(halves.get(half.other()));
            if (fit.isEmpty()) {
                return Optional.empty();
            }
            before.addAll(predictions(halves.get(half), SIGMOID));
            after.addAll(predictions(halves.get(half), fit.get()));
            nothing = nothing.plus(NothingRelevant.of(halves.get(half), fit.get()));
        }
        return Optional.of(
                new Calibrated(
                        before.size(),
                        (int) before.stream().filter(Prediction::relevant).count(),
                        Reliability.of(before),
                        Reliability.of(after),
                        nothing,
                        nothing.precision().low(),
                        nothing.precision().high()));
    }

    private List<LabelledRequest> all() {
        return Stream.of(Half.values()).flatMap(half -> halves.get(half).stream()).toList();
    }

    private Optional<Calibration> fitted(List<LabelledRequest> requests) {
        return PlattFit.of(requests.stream().flatMap(r -> r.scores().stream()).toList())
                .map(fit -> withThreshold(fit, requests));
    }

    private Calibration withThreshold(Calibration fit, List<LabelledRequest> requests) {
        OptionalDouble below = NothingRelevant.threshold(requests, fit, truth.precision());
        return below.isEmpty()
                ? fit
                : new Calibration(
                        fit.slope(), fit.intercept(), below.getAsDouble(), null, fit.fittedFor());
    }

    private static List<Prediction> predictions(
            List<LabelledRequest> requests, Calibration calibration) {
        return requests.stream()
                .flatMap(request -> request.scores().stream())
                .map(
                        score ->
                                new Prediction(
                                        calibration.probability(score.logit()), score.relevant()))
                .toList();
    }
}
