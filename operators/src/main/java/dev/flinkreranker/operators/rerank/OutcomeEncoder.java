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
import dev.flinkreranker.operators.result.Answer;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.usage.UsageEntry;
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
        return encode(resolved, request, null, null);
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
        try {
            return result(
                    resolved, request, Answer.throttled(request, origin(resolved), message), 0);
        } catch (RejectedEventException e) {
            return deadLetter(resolved, request, e.reason(), e.getMessage(), 0);
        }
    }

    /**
     * The record of a request that the engine has answered.
     *
     * @param outcome under the request's own settings; null where they pass through
     * @param others under the second configuration; null where it passes through, has no outcome,
     *     or does not exist
     */
    RerankOutput encode(
            ResolvedRequest resolved,
            RerankRequest request,
            @Nullable RerankOutcome outcome,
            @Nullable RerankOutcome others) {
        long nanos = deviceNanos(outcome) + (others == outcome ? 0 : deviceNanos(others));
        try {
            return result(
                    resolved,
                    request,
                    Answer.of(request, origin(resolved), outcome, resolved.interleaving(), others),
                    nanos);
        } catch (RejectedEventException e) {
            return deadLetter(resolved, request, e.reason(), e.getMessage(), nanos);
        }
    }

    private static long deviceNanos(@Nullable RerankOutcome outcome) {
        return outcome instanceof RerankOutcome.Scored scored ? scored.deviceNanos() : 0;
    }

    private ResultOrigin origin(ResolvedRequest resolved) {
        return ResultOrigin.of(
                resolved.settings(), resolved.configVersion(), resolved.route(), catalog);
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
