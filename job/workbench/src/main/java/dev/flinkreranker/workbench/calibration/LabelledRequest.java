package dev.flinkreranker.workbench.calibration;

import dev.flinkreranker.operators.tenant.Calibration;
import java.util.List;

/**
 * A request as its last stage has scored it.
 *
 * @param scores of the documents that have one and a judgment
 * @param highest logit of all its documents, judged or not; NaN where nothing can be said of the
 *     request, because a document has no score
 * @param hasRelevant whether it has a relevant document, in whatever stage that was cut
 */
public record LabelledRequest(List<LabelledScore> scores, float highest, boolean hasRelevant) {

    /** Copies the list. */
    public LabelledRequest {
        scores = List.copyOf(scores);
    }

    /** Whether a result could ever say that nothing in it is relevant. */
    boolean isComplete() {
        return !Float.isNaN(highest);
    }

    /** The highest probability of its documents. */
    float highest(Calibration calibration) {
        return calibration.probability(highest);
    }
}
