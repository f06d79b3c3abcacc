package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.report.TuningData;
import dev.flinkreranker.workbench.report.TuningData.HeldOut;
import dev.flinkreranker.workbench.report.TuningData.Point;
import java.io.IOException;
import java.util.List;

/**
 * From scores to stages.
 *
 * @param tenant whose
 * @param space what is tried
 * @param aim what is wanted
 * @param requests judged and scored
 * @param qrels their judgments
 * @param measure what counts
 * @param truth what probabilities are fitted to
 * @param byFirstStage whether the first stage's scores say who takes part
 * @param seed of the bootstrap
 */
record Tuning(
        TunedTenant tenant,
        SearchSpace space,
        Aim aim,
        List<JudgedRequest> requests,
        Qrels qrels,
        Measure measure,
        CalibrationTruth truth,
        boolean byFirstStage,
        long seed) {

    /**
     * Tries all of it.
     *
     * @param title of the report
     * @param source of the requests, for a person
     * @throws IllegalArgumentException when nothing is cheap enough
     * @throws IOException when the model cannot be read any more
     */
    TuningData run(String title, String source) throws IOException {
        Cascade full = space.full(tenant.own());
        Trials trials = Trials.run(requests, space.cascades(), measure, byFirstStage);
        Tuner tuner =
                new Tuner(
                        space,
                        aim,
                        trials,
                        full,
                        new Rankings(requests, qrels, measure, byFirstStage),
                        seed);
        Cascade chosen = tuner.chosen();
        List<HeldOut> heldOut = tuner.heldOut();
        List<Integer> frontier = tuner.frontier();
        CascadeCalibration calibration =
                CascadeCalibration.of(requests, chosen, byFirstStage, truth);
        return new TuningData(
                title,
                "%s, %d judged requests, %d cascades of %s"
                        .formatted(
                                source,
                                requests.size(),
                                trials.cascades().size(),
                                tenant.draft().file()),
                measure.toString(),
                requests.size(),
                trials.cascades().size(),
                decision(tuner.point(chosen), tuner.full(), heldOut.get(heldOut.size() - 1)),
                tuner.full(),
                firstStage(),
                tuner.point(chosen),
                heldOut,
                tuner.depths(),
                tuner.points(frontier),
                tuner.heldOut(frontier),
                calibration.measured().orElse(null),
                config(chosen, calibration));
    }

    private String config(Cascade chosen, CascadeCalibration calibration) throws IOException {
        TenantFile file = tenant.file(byFirstStage);
        String plain = file.yaml(chosen);
        return calibration
                .fit(tenant.calibrated(plain))
                .map(fit -> file.yaml(chosen, fit))
                .orElse(plain);
    }

    private String decision(Point chosen, Point full, HeldOut heldOut) {
        return ("Take %s: %s. Found on one half of the queries and measured on the other, such a"
                        + " choice takes %s of the operations and changes %s by %s (95 %% interval"
                        + " %s to %s).")
                .formatted(
                        chosen.stages(),
                        aim.text(measure, full.stages()),
                        TuningPrinter.percent(heldOut.share()),
                        measure,
                        TuningPrinter.signed(heldOut.delta()),
                        TuningPrinter.signed(heldOut.low()),
                        TuningPrinter.signed(heldOut.high()));
    }

    private double firstStage() {
        return requests.stream()
                .mapToDouble(
                        request ->
                                request.value(
                                        measure,
                                        byFirstStage
                                                ? request.byFirstStage()
                                                : request.given().toArray()))
                .average()
                .orElseThrow();
    }
}
