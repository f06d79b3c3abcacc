package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;

/** What settings need of a request's first stage. */
public final class FirstStage {

    private FirstStage() {}

    /**
     * Checks that every document that will be scored has the first stage's score, where the fusion
     * adds scores.
     *
     * @throws RejectedEventException if one has none; the message names the first such document
     */
    public static void check(RerankRequest request, RerankSettings settings)
            throws RejectedEventException {
        if (settings.passesThrough() || settings.fusion() != Fusion.Z_SUM) {
            return;
        }
        int scored = settings.scoredOf(request.candidates().size());
        for (int i = 0; i < scored; i++) {
            if (request.candidates().get(i).firstStageScore() == null) {
                throw new RejectedEventException(
                        ReasonCode.MISSING_FIELD,
                        ("documents[%d].score is missing: fusion z_sum needs the first stage's"
                                        + " score of every document that is scored")
                                .formatted(i));
            }
        }
    }
}
