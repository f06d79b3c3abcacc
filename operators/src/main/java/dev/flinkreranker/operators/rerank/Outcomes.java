package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.metrics.RerankMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.Answer;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.Resolved;
import org.jspecify.annotations.Nullable;

/**
 * Turns outcomes into what goes out, results or refusals as the tenant wants, counts them, and ends
 * their spans.
 */
final class Outcomes<R extends Resolved, O> {

    private final RequestCodec<R, O> codec;
    private final ModelCatalog catalog;
    private final RerankMetrics metrics;
    private final RequestSpans<R> spans;

    Outcomes(
            RequestCodec<R, O> codec,
            ModelCatalog catalog,
            RerankMetrics metrics,
            RequestSpans<R> spans) {
        this.spans = spans;
        this.codec = codec;
        this.catalog = catalog;
        this.metrics = metrics;
    }

    /** A way to a result. */
    @FunctionalInterface
    private interface Answering {
        RankedResult answer() throws RejectedEventException;
    }

    /** Of a request whose tenant has no model. */
    O passedThrough(R resolved, RerankRequest request) {
        return of(resolved, request, Course.own(resolved), null, null);
    }

    /** Of an element that is no request, or may not have its result. */
    O refused(R resolved, RejectedEventException why) {
        return refused(resolved, why, 0);
    }

    /** Of a request that its tenant wants answered at once rather than late. */
    O throttled(R resolved, RerankRequest request, String message) {
        return answered(
                resolved,
                request,
                () -> Answer.throttled(request, origin(resolved, Course.own(resolved)), message),
                0);
    }

    /**
     * Of a request that the engine has answered.
     *
     * @param course what the request was ranked by
     * @param outcome under its settings; null where they pass through
     * @param others under the second configuration; null where it passes through, has no outcome,
     *     or does not exist
     */
    O of(
            R resolved,
            RerankRequest request,
            Course course,
            @Nullable CascadeOutcome outcome,
            @Nullable CascadeOutcome others) {
        return answered(
                resolved,
                request,
                () ->
                        Answer.of(
                                request,
                                origin(resolved, course),
                                outcome,
                                course.interleaving(),
                                others),
                deviceNanos(outcome) + (others == outcome ? 0 : deviceNanos(others)));
    }

    private static long deviceNanos(@Nullable CascadeOutcome outcome) {
        return outcome == null ? 0 : outcome.deviceNanos();
    }

    private ResultOrigin origin(Resolved resolved, Course course) {
        return new ResultOrigin(
                course.settings(),
                resolved.configVersion(),
                resolved.route(),
                course.whenLate(),
                catalog);
    }

    private O answered(R resolved, RerankRequest request, Answering answering, long deviceNanos) {
        try {
            RankedResult result = answering.answer();
            O output = codec.result(resolved, request, result, deviceNanos);
            metrics.result(result);
            ResultStatus status = result.status();
            spans.end(
                    resolved,
                    request.tenant(),
                    status.name(),
                    status == ResultStatus.FAILED || status == ResultStatus.TIMED_OUT);
            return output;
        } catch (RejectedEventException e) {
            return refused(resolved, e.of(request.requestId(), request.tenant()), deviceNanos);
        }
    }

    private O refused(R resolved, RejectedEventException why, long deviceNanos) {
        metrics.deadLetter(why.reason(), why.tenant());
        spans.end(resolved, why.tenant(), why.reason().name(), true);
        return codec.refused(resolved, why, deviceNanos);
    }
}
