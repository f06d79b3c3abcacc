package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;

/** What settings need of a request's first stage. */
final class FirstStage {

    private FirstStage() {}

    /** Whether a request has all that settings need. */
    static boolean suffices(RerankRequest request, RerankSettings settings) {
        return firstMissing(request, settings) < 0;
    }

    /**
     * Checks that every document that will be scored has the first stage's score, where the fusion
     * adds scores.
     *
     * @throws RejectedEventException if one has none; the message names the first such document
     */
    static void check(RerankRequest request, RerankSettings settings)
            throws RejectedEventException {
        int missing = firstMissing(request, settings);
        if (missing >= 0) {
            throw new RejectedEventException(
                    ReasonCode.MISSING_FIELD,
                    ("documents[%d].score is missing: fusion z_sum needs the first stage's"
                                    + " score of every document that is scored")
                            .formatted(missing));
        }
    }

    private static int firstMissing(RerankRequest request, RerankSettings settings) {
        if (!settings.passesThrough() && settings.fusion() == Fusion.Z_SUM) {
            int scored = settings.scoredOf(request.candidates().size());
            for (int i = 0; i < scored; i++) {
                if (request.candidates().get(i).firstStageScore() == null) {
                    return i;
                }
            }
        }
        return -1;
    }
}
