package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.metrics.RerankMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.OverloadPolicy;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Resolved;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.fault.UnusableDeviceException;
import java.io.Serial;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reranks requests on the process's engine.
 *
 * <p>{@link #asyncInvoke} never blocks. Every request is completed with what its {@link
 * RequestCodec} puts out: a result, or a refusal where its tenant wants one. Only a broken device
 * fails the task, so that Flink restarts it; a request can never do that.
 *
 * <p>In a job with an overflow topic a tenant with more than its share of what is under way here
 * ({@link TenantWindow}) sends its further requests out at once, as its {@code on_overload} says.
 * So the stream never waits for a tenant, unless that tenant wants it to.
 *
 * <p>The engine's threads hand outcomes over, and requests to their next stage ({@link
 * CascadeRun}). Ranking and encoding run on the task's thread, and so do the metrics.
 *
 * @param <R> elements that come in
 * @param <O> what goes out
 */
@Internal
public final class RerankFunction<R extends Resolved, O> extends RichAsyncFunction<R, O> {

    @Serial private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RerankFunction.class);

    final RequestCodec<R, O> codec;
    private ModelCatalog catalog;
    private final EngineFactory engines;
    private final @Nullable Duration timeout;
    private final int shared;
    private final long windowBytes;

    private transient Outcomes<R, O> outcomes;
    private transient RerankEngine engine;
    private transient RerankMetrics metrics;
    private transient TenantWindow window;
    private transient RequestSpans<R> spans;
    private transient Punctuality punctuality;
    // An element is not copied between its arrival and its end.
    private transient Map<R, UnderWay> underWay;
    private transient volatile boolean closing;

    private record UnderWay(Course course, CascadeRun run) {}

    /**
     * @param timeout how long a request may take, whatever its tenant's deadline; without it, for
     *     ever
     * @param shared how many requests under way the tenants share, so that what exceeds a tenant's
     *     part leaves at once; 0 where everything may wait
     * @param windowBytes most bytes of the heap that requests under way take, as {@link
     *     Resolved#heapBytes} counts them
     */
    public RerankFunction(
            RequestCodec<R, O> codec,
            ModelCatalog catalog,
            EngineFactory engines,
            @Nullable Duration timeout,
            int shared,
            long windowBytes) {
        this.codec = codec;
        this.catalog = catalog;
        this.engines = engines;
        this.timeout = timeout;
        this.shared = shared;
        this.windowBytes = windowBytes;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        closing = false;
        window = new TenantWindow(shared, windowBytes);
        underWay = new IdentityHashMap<>();
        catalog = catalog.on(TaskDevice.of(getRuntimeContext()));
        engine = engines.open();
        metrics =
                new RerankMetrics(
                        getRuntimeContext().getMetricGroup(),
                        engine,
                        catalog.devices(),
                        window::bytes);
        // After the metrics, which tell that models are being loaded.
        preload();
        punctuality = new Punctuality(engine, catalog, timeout);
        codec.open();
        spans = new RequestSpans<>(codec);
        outcomes = new Outcomes<>(codec, catalog, metrics, spans);
    }

    /**
     * Fails the task where a model is missing without which the job is not to run, and the job
     * where that is for a device that it can never have.
     */
    private void preload() throws Exception {
        List<CompletableFuture<Void>> loading =
                catalog.preloaded().stream()
                        .sorted()
                        .map(alias -> engine.load(catalog.models().get(alias)))
                        .toList();
        for (CompletableFuture<Void> model : loading) {
            try {
                model.get();
            } catch (ExecutionException e) {
                DeadContext.endProcessIfIn(e);
                if (ExceptionUtils.findThrowable(e, UnusableDeviceException.class).isPresent()) {
                    throw new SuppressRestartsException(e);
                }
                throw e;
            }
        }
    }

    /**
     * Whether a request may be taken up now: one that would have to stay needs room in the heap.
     */
    boolean hasRoom(R resolved) {
        boolean room =
                resolved.settings().passesThrough() && resolved.interleaving() == null
                        || window.hasRoom(resolved.heapBytes())
                        || mayLeave(resolved);
        metrics.waitsForMemory(!room);
        return room;
    }

    /** Whether the request leaves at once where its tenant has too much under way. */
    private boolean mayLeave(R resolved) {
        return switch (resolved.settings().onOverload()) {
            case WAIT -> false;
            case PASSTHROUGH, DEAD_LETTER -> shared > 0;
            case OVERFLOW -> shared > 0 && codec.canSetAside(resolved);
        };
    }

    @Override
    public void asyncInvoke(R resolved, ResultFuture<O> future) {
        metrics.started();
        spans.start(resolved);
        long startNanos = System.nanoTime();
        RerankRequest request;
        try {
            request = codec.read(resolved);
        } catch (RejectedEventException e) {
            // It was good when it was resolved: the job was restarted with tighter limits.
            complete(future, resolved, e.tenant(), startNanos, () -> outcomes.refused(resolved, e));
            return;
        }
        if (resolved.settings().passesThrough()
                && (resolved.interleaving() == null || exceedsShare(resolved, request))) {
            // Its answer is at hand, and a trial does not keep it waiting.
            complete(
                    future,
                    resolved,
                    request.tenant(),
                    startNanos,
                    () -> outcomes.passedThrough(resolved, request));
            return;
        }
        if (leavesAtOnce(resolved, request, future, startNanos)) {
            return;
        }
        takeUp(resolved, request.toScore(), future, startNanos);
    }

    /**
     * @param request all that stays in the heap of the parsed request while it is under way
     */
    private void takeUp(
            R resolved, RerankRequest request, ResultFuture<O> future, long startNanos) {
        Place place = Place.of(resolved, request);
        window.enter(place);
        Course course = punctuality.of(resolved, request);
        if (course.whenLate()) {
            metrics.late(request.tenant());
        }
        CompletableFuture<@Nullable CascadeOutcome> outcome;
        if (course.settings().passesThrough()) {
            outcome = CompletableFuture.completedFuture(null);
        } else {
            CascadeRun run = run(resolved, request, course.settings(), startNanos);
            underWay.put(resolved, new UnderWay(course, run));
            outcome = run.start();
        }
        others(resolved, request, course, outcome, startNanos)
                .thenCombine(
                        outcome,
                        (others, own) ->
                                (Supplier<O>)
                                        () -> {
                                            window.leave(place);
                                            underWay.remove(resolved);
                                            waited(request, own);
                                            return outcomes.of(
                                                    resolved,
                                                    toAnswer(resolved, request, course),
                                                    course,
                                                    own,
                                                    others);
                                        })
                .whenComplete(
                        (output, failure) -> {
                            if (closing) {
                                // The engine ends what is under way; the checkpoint has it.
                                return;
                            }
                            if (failure == null) {
                                complete(future, resolved, request.tenant(), startNanos, output);
                            } else {
                                fail(future, ExceptionUtils.stripCompletionException(failure));
                            }
                        });
    }

    private void waited(RerankRequest request, @Nullable CascadeOutcome outcome) {
        if (outcome != null && !outcome.stages().isEmpty() && outcome.deviceNanos() > 0) {
            metrics.scored(request.tenant(), outcome.stages().get(0).scored().waitNanos());
        }
    }

    /** The request with all that its result needs: documents to be given back are read again. */
    private RerankRequest toAnswer(R resolved, RerankRequest request, Course course) {
        Interleaving second = course.interleaving();
        boolean givesBack =
                course.settings().returnDocuments()
                        || second != null && second.settings().returnDocuments();
        if (!givesBack) {
            return request;
        }
        try {
            return codec.read(resolved);
        } catch (RejectedEventException e) {
            throw new IllegalStateException("the event was a request when it was taken up", e);
        }
    }

    /** Sends a request out that exceeds its tenant's share, unless it is to wait. */
    private boolean leavesAtOnce(
            R resolved, RerankRequest request, ResultFuture<O> future, long startNanos) {
        if (!exceedsShare(resolved, request)) {
            return false;
        }
        if (resolved.settings().onOverload() == OverloadPolicy.OVERFLOW) {
            future.complete(
                    () -> {
                        metrics.overflowed(request.tenant());
                        spans.end(resolved, request.tenant(), "SET_ASIDE", false);
                        return List.of(codec.setAside(resolved, request.tenant()));
                    });
            return true;
        }
        String message = "the tenant had more than its share of the requests under way";
        complete(
                future,
                resolved,
                request.tenant(),
                startNanos,
                () -> outcomes.throttled(resolved, request, message));
        return true;
    }

    private boolean exceedsShare(R resolved, RerankRequest request) {
        RerankSettings settings = resolved.settings();
        // The engine holds the others to their limits, over all instances of the process.
        boolean limited =
                settings.onOverload() == OverloadPolicy.OVERFLOW && settings.maxInFlight() != null;
        return !window.admits(
                        Place.of(resolved, request),
                        settings.weight(),
                        limited ? settings.maxInFlight() : Long.MAX_VALUE)
                && mayLeave(resolved);
    }

    /** The outcome under the second configuration; null where there is none. */
    private CompletableFuture<@Nullable CascadeOutcome> others(
            R resolved,
            RerankRequest request,
            Course course,
            CompletableFuture<@Nullable CascadeOutcome> outcome,
            long startNanos) {
        Interleaving interleaving = course.interleaving();
        if (interleaving == null || interleaving.settings().passesThrough()) {
            return CompletableFuture.completedFuture(null);
        }
        return interleaving.sharesScores(course.settings())
                ? outcome
                : run(resolved, request, interleaving.settings(), startNanos).start();
    }

    private CascadeRun run(
            R resolved, RerankRequest request, RerankSettings settings, long startNanos) {
        return new CascadeRun(
                request,
                settings,
                catalog,
                spans.around(resolved, engine::rerank),
                timeout,
                startNanos);
    }

    /**
     * The operator's own timer. The engine keeps the same time, so this only speaks where the
     * engine does not answer.
     */
    @Override
    public void timeout(R resolved, ResultFuture<O> future) {
        future.complete(
                () -> {
                    try {
                        RerankRequest request = codec.read(resolved);
                        ended(resolved, request.tenant(), timeout.toNanos());
                        window.leave(Place.of(resolved, request));
                        UnderWay late = underWay.remove(resolved);
                        CascadeOutcome outcome = late == null ? null : late.run().timedOut();
                        Course course = late == null ? Course.own(resolved) : late.course();
                        return List.of(outcomes.of(resolved, request, course, outcome, null));
                    } catch (RejectedEventException e) {
                        ended(resolved, e.tenant(), timeout.toNanos());
                        return List.of(outcomes.refused(resolved, e));
                    }
                });
    }

    private void complete(
            ResultFuture<O> future,
            R resolved,
            @Nullable String tenant,
            long startNanos,
            Supplier<O> output) {
        try {
            future.complete(
                    () -> {
                        ended(resolved, tenant, System.nanoTime() - startNanos);
                        return List.of(output.get());
                    });
        } catch (RejectedExecutionException e) {
            LOG.debug("an outcome came after the task had ended; the checkpoint has its request");
        }
    }

    private void ended(R resolved, @Nullable String tenant, long nanos) {
        metrics.ended(tenant, nanos, resolved.timestamp());
    }

    /**
     * Fails the task on its own thread, so that no checkpoint comes between: {@link
     * ResultFuture#completeExceptionally} ends the request without a record and fails the task some
     * time later.
     */
    private void fail(ResultFuture<O> future, Throwable failure) {
        DeadContext.endProcessIfIn(failure);
        try {
            future.complete(
                    () -> {
                        ExceptionUtils.rethrowException(failure);
                        return List.of(); // never
                    });
        } catch (RejectedExecutionException e) {
            LOG.debug("a failure came after the task had ended", failure);
        }
    }

    /** Also after a failed {@link #open}. */
    @Override
    public void close() {
        closing = true;
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }
}
