package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Fallback;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.OverloadPolicy;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with, given what became of its scoring: the one way to a result,
 * whoever scored.
 */
@Internal
public final class Answer {

    private Answer() {}

    /**
     * The answer to a request that was taken up.
     *
     * @param origin the request's own settings
     * @param outcome under these; null where they pass through
     * @param interleaving what the request is ranked by too, if anything
     * @param others the outcome under that; null where it passes through, or there is none
     * @throws RejectedEventException where the tenant wants a dead letter rather than a result
     *     without scores
     */
    public static RankedResult of(
            RerankRequest request,
            ResultOrigin origin,
            @Nullable CascadeOutcome outcome,
            @Nullable Interleaving interleaving,
            @Nullable CascadeOutcome others)
            throws RejectedEventException {
        CascadeOutcome followed = followed(origin.settings(), outcome);
        RankedResult own = ranking(request, origin, followed);
        if (own != null && interleaving != null) {
            RankedResult second =
                    ranking(
                            request,
                            ResultOrigin.of(interleaving.settings(), origin.configVersion()),
                            followed(interleaving.settings(), others));
            if (second != null) {
                return InterleavedResult.of(own, origin.settings(), second, interleaving);
            }
        }
        return own == null ? unranked(request, origin, followed) : own;
    }

    /** Scores that the model's folder has made something of which is not known have failed. */
    private static @Nullable CascadeOutcome followed(
            RerankSettings settings, @Nullable CascadeOutcome outcome) {
        if (outcome == null || !settings.normalizeAsDeclared()) {
            return outcome;
        }
        return outcome.stages().stream()
                .flatMap(stage -> stage.scored().declared().objection().stream())
                .findFirst()
                .map(
                        objection ->
                                new CascadeOutcome(
                                        List.of(),
                                        new RerankOutcome.Failed(
                                                "normalize_as_declared: " + objection)))
                .orElse(outcome);
    }

    /**
     * The answer to a request that its tenant wants answered at once rather than late.
     *
     * @param message one line for a person, why it is not scored
     * @throws RejectedEventException where the tenant wants a dead letter
     */
    public static RankedResult throttled(RerankRequest request, ResultOrigin origin, String message)
            throws RejectedEventException {
        if (origin.settings().onOverload() == OverloadPolicy.DEAD_LETTER) {
            throw new RejectedEventException(ReasonCode.THROTTLED, message);
        }
        return Ranking.unranked(request, origin, ResultStatus.THROTTLED, message);
    }

    /** Null where there is no ranking, or not the whole. */
    private static @Nullable RankedResult ranking(
            RerankRequest request, ResultOrigin origin, @Nullable CascadeOutcome outcome) {
        if (origin.settings().passesThrough()) {
            return Ranking.unranked(request, origin, ResultStatus.PASSTHROUGH, null);
        }
        return outcome != null && outcome.unfinished() == null
                ? Ranking.ranked(request, origin, outcome, null)
                : null;
    }

    private static RankedResult unranked(
            RerankRequest request, ResultOrigin origin, CascadeOutcome outcome)
            throws RejectedEventException {
        RerankSettings settings = origin.settings();
        RerankOutcome why = outcome.unfinished();
        if (why instanceof RerankOutcome.TimedOut) {
            return unranked(
                    request,
                    origin,
                    outcome,
                    settings.onTimeout(),
                    ResultStatus.TIMED_OUT,
                    ReasonCode.TIMED_OUT,
                    "the deadline passed before every document was scored");
        }
        if (why instanceof RerankOutcome.Throttled) {
            return throttled(
                    request,
                    origin,
                    "the tenant had more than %s pairs under way (max_in_flight)"
                            .formatted(settings.maxInFlight()));
        }
        String reason =
                why instanceof RerankOutcome.Scored scored
                        ? "no document could be scored: " + firstReason(scored)
                        : ((RerankOutcome.Failed) why).reason();
        return unranked(
                request,
                origin,
                outcome,
                settings.onFailure(),
                ResultStatus.FAILED,
                ReasonCode.SCORING_FAILED,
                reason);
    }

    private static RankedResult unranked(
            RerankRequest request,
            ResultOrigin origin,
            CascadeOutcome outcome,
            Fallback fallback,
            ResultStatus status,
            ReasonCode reason,
            String message)
            throws RejectedEventException {
        int stages = outcome.stages().size();
        String where = stages == 0 ? message : "stage " + (stages + 1) + ": " + message;
        return switch (fallback) {
            case DEAD_LETTER -> throw new RejectedEventException(reason, where);
            case PARTIAL ->
                    stages == 0
                            ? Ranking.unranked(request, origin, status, where)
                            : Ranking.ranked(request, origin, outcome, where);
            case PASSTHROUGH -> Ranking.unranked(request, origin, status, where);
        };
    }

    private static String firstReason(RerankOutcome.Scored scored) {
        return scored.scores().stream()
                .filter(PassageScore.Unscorable.class::isInstance)
                .map(score -> ((PassageScore.Unscorable) score).reason())
                .findFirst()
                .orElse("there is none");
    }
}
