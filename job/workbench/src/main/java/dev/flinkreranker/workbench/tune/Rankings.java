package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.workbench.evaluation.measure.Evaluation;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rankings of judged requests, as runs that are evaluated query by query.
 *
 * @param requests the requests
 * @param qrels their judgments
 * @param measure what counts
 * @param byFirstStage as of {@link Simulation}
 */
record Rankings(List<JudgedRequest> requests, Qrels qrels, Measure measure, boolean byFirstStage) {

    /**
     * Evaluates the requests of some halves.
     *
     * @param by what ranks the requests of a half; those of a half that is not there are left out
     */
    Evaluation evaluation(Map<Half, Cascade> by) {
        Map<Blend, RerankSettings> settings = Trials.settings(List.copyOf(by.values()));
        Map<String, List<ScoredPassage>> rankings = new LinkedHashMap<>();
        for (JudgedRequest request : requests) {
            Cascade cascade = by.get(Half.of(request.id()));
            if (cascade != null) {
                int[] order = new Simulation(request, settings, byFirstStage).rank(cascade).order();
                rankings.put(request.id(), request.passages(order));
            }
        }
        return Evaluation.of(
                new Run("cascade", rankings), qrels, List.of(measure), Evaluation.Averaging.RANKED);
    }
}
