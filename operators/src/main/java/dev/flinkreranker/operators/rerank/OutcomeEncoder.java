package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.OverflowRecord;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.metrics.RerankMetrics;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.rerank.RerankOutput.Destination;
import dev.flinkreranker.operators.result.InterleavedResult;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.Ranking;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.tenant.Fallback;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.OverloadPolicy;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.usage.UsageEntry;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import org.jspecify.annotations.Nullable;

/** Turns outcomes into records: results, or dead letters, as the tenant wants. */
final class OutcomeEncoder {

    private static final String LONGEST_TENANT = "t".repeat(RequestParser.MAX_TENANT_CHARS);

    private final long maxRecordBytes;
    private final ResultRecords results;
    private final TopicLimits overflow;
    private final ModelCatalog catalog;
    private final RerankMetrics metrics;

    /**
     * @param maxRecordBytes largest record that may be written
     * @param results makes the records of results
     * @param overflow what the overflow topic takes
     */
    OutcomeEncoder(
            long maxRecordBytes,
            ResultRecords results,
            TopicLimits overflow,
            ModelCatalog catalog,
            RerankMetrics metrics) {
        this.maxRecordBytes = maxRecordBytes;
        this.results = results;
        this.overflow = overflow;
        this.catalog = catalog;
        this.metrics = metrics;
    }

    /** The record of a request whose tenant has no model. */
    RerankOutput passedThrough(ResolvedRequest resolved, RerankRequest request) {
        return unranked(resolved, request, ResultStatus.PASSTHROUGH, null);
    }

    /** The record of an event that was a request when it was resolved, and is none any more. */
    RerankOutput rejected(ResolvedRequest resolved, RejectedEventException rejection) {
        return deadLetter(DeadLetter.of(resolved.event(), rejection), 0);
    }

    /** Whether the event fits into a record of the overflow topic, whosever it is. */
    boolean canSetAside(ResolvedRequest resolved) {
        return OverflowRecord.of(resolved.event(), LONGEST_TENANT).size()
                <= Math.min(maxRecordBytes, overflow.maxBytes());
    }

    /** The event in the overflow topic's shape. */
    RerankOutput setAside(ResolvedRequest resolved, String tenant) {
        return new RerankOutput(
                Destination.OVERFLOW, OverflowRecord.of(resolved.event(), tenant), null);
    }

    /** The record of a request that its tenant wants answered at once rather than late. */
    RerankOutput throttled(ResolvedRequest resolved, RerankRequest request, String message) {
        return resolved.settings().onOverload() == OverloadPolicy.DEAD_LETTER
                ? deadLetter(resolved, request, ReasonCode.THROTTLED, message)
                : unranked(resolved, request, ResultStatus.THROTTLED, message);
    }

    /**
     * The record of a request that the engine has answered under two configurations. Where one of
     * them has no ranking, there is the tenant's own alone.
     */
    RerankOutput encode(
            ResolvedRequest resolved,
            RerankRequest request,
            RerankOutcome outcome,
            @Nullable RerankOutcome others) {
        Interleaving interleaving = resolved.interleaving();
        if (interleaving != null
                && outcome instanceof RerankOutcome.Scored a
                && others instanceof RerankOutcome.Scored b
                && hasScore(a)
                && hasScore(b)) {
            return result(
                    resolved,
                    request,
                    InterleavedResult.of(
                            Ranking.ranked(request, origin(resolved), a),
                            resolved.settings(),
                            Ranking.ranked(
                                    request,
                                    ResultOrigin.of(
                                            interleaving.settings(), resolved.configVersion()),
                                    b),
                            interleaving),
                    a.deviceNanos() + (a == b ? 0 : b.deviceNanos()));
        }
        return encode(resolved, request, outcome);
    }

    /** The record of a request that the engine has answered. */
    RerankOutput encode(ResolvedRequest resolved, RerankRequest request, RerankOutcome outcome) {
        RerankSettings settings = resolved.settings();
        if (outcome instanceof RerankOutcome.Scored scored) {
            if (hasScore(scored)) {
                return result(
                        resolved,
                        request,
                        Ranking.ranked(request, origin(resolved), scored),
                        scored.deviceNanos());
            }
            return failed(resolved, request, "no document could be scored: " + firstReason(scored));
        }
        if (outcome instanceof RerankOutcome.TimedOut) {
            String message = "the deadline passed before every document was scored";
            return settings.onTimeout() == Fallback.PASSTHROUGH
                    ? unranked(resolved, request, ResultStatus.TIMED_OUT, message)
                    : deadLetter(resolved, request, ReasonCode.TIMED_OUT, message);
        }
        if (outcome instanceof RerankOutcome.Throttled) {
            String message =
                    "the tenant had more than %s pairs under way (max_in_flight)"
                            .formatted(settings.maxInFlight());
            return throttled(resolved, request, message);
        }
        return failed(resolved, request, ((RerankOutcome.Failed) outcome).reason());
    }

    private static boolean hasScore(RerankOutcome.Scored scored) {
        return scored.scores().stream().anyMatch(PassageScore.Logits.class::isInstance);
    }

    private RerankOutput failed(ResolvedRequest resolved, RerankRequest request, String reason) {
        return resolved.settings().onFailure() == Fallback.PASSTHROUGH
                ? unranked(resolved, request, ResultStatus.FAILED, reason)
                : deadLetter(resolved, request, ReasonCode.SCORING_FAILED, reason);
    }

    private static String firstReason(RerankOutcome.Scored scored) {
        return scored.scores().stream()
                .filter(PassageScore.Unscorable.class::isInstance)
                .map(score -> ((PassageScore.Unscorable) score).reason())
                .findFirst()
                .orElse("there is none");
    }

    private RerankOutput unranked(
            ResolvedRequest resolved,
            RerankRequest request,
            ResultStatus status,
            @Nullable String message) {
        return result(
                resolved, request, Ranking.unranked(request, origin(resolved), status, message), 0);
    }

    private ResultOrigin origin(ResolvedRequest resolved) {
        RerankSettings settings = resolved.settings();
        ModelReference model = catalog.models().get(settings.model());
        return new ResultOrigin(
                settings,
                resolved.configVersion(),
                resolved.route(),
                model == null ? null : model.revision());
    }

    private RerankOutput result(
            ResolvedRequest resolved,
            RerankRequest request,
            RankedResult result,
            long deviceNanos) {
        OutgoingRecord record;
        try {
            record = results.of(resolved.event(), request, result, maxRecordBytes);
        } catch (RejectedEventException e) {
            return deadLetter(resolved, request, e.reason(), e.getMessage(), deviceNanos);
        }
        metrics.result(result);
        return new RerankOutput(Destination.RESULTS, record, UsageEntry.of(result, deviceNanos));
    }

    private RerankOutput deadLetter(
            ResolvedRequest resolved, RerankRequest request, ReasonCode reason, String message) {
        return deadLetter(resolved, request, reason, message, 0);
    }

    private RerankOutput deadLetter(
            ResolvedRequest resolved,
            RerankRequest request,
            ReasonCode reason,
            String message,
            long deviceNanos) {
        return deadLetter(
                new DeadLetter(
                        resolved.event(), reason, message, request.tenant(), request.requestId()),
                deviceNanos);
    }

    private RerankOutput deadLetter(DeadLetter letter, long deviceNanos) {
        String tenant = letter.tenant();
        metrics.deadLetter(letter.reason(), tenant);
        return new RerankOutput(
                Destination.DEAD_LETTERS,
                letter.toRecord(maxRecordBytes),
                tenant == null ? null : UsageEntry.deadLetter(tenant, deviceNanos));
    }
}
