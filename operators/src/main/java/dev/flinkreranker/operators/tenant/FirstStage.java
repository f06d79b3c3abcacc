package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import java.util.OptionalInt;
import org.apache.flink.annotation.Internal;

/** What settings need of a request's first stage. */
@Internal
public final class FirstStage {

    private FirstStage() {}

    /** Whether a request has all that settings need. */
    static boolean suffices(RerankRequest request, RerankSettings settings) {
        return firstWithout(request, settings).isEmpty();
    }

    /**
     * Checks that every document that will be scored has the first stage's score, where the fusion
     * adds scores.
     *
     * @throws RejectedEventException if one has none; the message names the first such document
     */
    static void check(RerankRequest request, RerankSettings settings)
            throws RejectedEventException {
        OptionalInt missing = firstWithout(request, settings);
        if (missing.isPresent()) {
            throw new RejectedEventException(
                    ReasonCode.MISSING_FIELD,
                    ("documents[%d].score is missing: fusion z_sum needs the first stage's"
                                    + " score of every document that is scored")
                            .formatted(missing.getAsInt()));
        }
    }

    /** The first document that will be scored and lacks a score that settings need; from 0. */
    public static OptionalInt firstWithout(RerankRequest request, RerankSettings settings) {
        if (!settings.passesThrough() && settings.fusion() == Fusion.Z_SUM) {
            int scored = settings.scoredOf(request.candidates().size());
            for (int i = 0; i < scored; i++) {
                if (request.candidates().get(i).firstStageScore() == null) {
                    return OptionalInt.of(i);
                }
            }
        }
        return OptionalInt.empty();
    }
}
