package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.Cascade;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.KeptStates;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.RerankTask;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through its stages on the engine. The next stage is handed over by the
 * engine's thread that has the last score of the one before, so that nothing comes in between. It
 * gets what is left of the request's time, and keeps the request's place. Where it runs the same
 * model on the same tokens, it gets the states of its documents.
 */
final class CascadeRun {

    private final RerankRequest request;
    private final Cascade cascade;
    private final ModelCatalog catalog;
    private final Function<RerankTask, CompletableFuture<RerankOutcome>> engine;
    private final @Nullable Duration timeout;
    private final long since;

    /** What there is, for whoever ends the request from outside. */
    private volatile CascadeOutcome soFar;

    private volatile boolean ended;

    /** What the latest stage leaves to the next; one stage after the other has it. */
    private @Nullable KeptStates left;

    /**
     * @param settings of the request; not such as pass it through
     * @param engine scores; may be called by any thread
     * @param timeout how long the request may take, whatever the settings say; without it, for ever
     * @param since when it was taken up, in {@link System#nanoTime}
     */
    CascadeRun(
            RerankRequest request,
            RerankSettings settings,
            ModelCatalog catalog,
            Function<RerankTask, CompletableFuture<RerankOutcome>> engine,
            @Nullable Duration timeout,
            long since) {
        this.request = request;
        this.cascade = new Cascade(request, settings);
        this.catalog = catalog;
        this.engine = engine;
        this.timeout = timeout;
        this.since = since;
        this.soFar = cascade.outcome();
    }

    /** Completes with an outcome, and exceptionally for a broken device alone. */
    CompletableFuture<CascadeOutcome> start() {
        return next().whenComplete((outcome, failure) -> close(left));
    }

    private CompletableFuture<CascadeOutcome> next() {
        return stage().thenCompose(
                        outcome -> {
                            cascade.advance(outcome);
                            soFar = cascade.outcome();
                            ended = cascade.hasEnded();
                            return ended ? CompletableFuture.completedFuture(soFar) : next();
                        });
    }

    /** What becomes of the request if it ends now, for lack of time. */
    CascadeOutcome timedOut() {
        return ended ? soFar : new CascadeOutcome(soFar.stages(), new RerankOutcome.TimedOut());
    }

    private CompletableFuture<RerankOutcome> stage() {
        RerankSettings settings = cascade.settings();
        ModelReference model = catalog.models().get(settings.model());
        if (model == null) {
            return CompletableFuture.completedFuture(
                    new RerankOutcome.Failed(catalog.unknown(settings.model())));
        }
        RerankTask task = EngineTask.of(request, cascade.documents(), settings, model, timeout);
        if (!soFar.stages().isEmpty()) {
            Duration time = timeLeft(task.timeout());
            if (time != null && (time.isZero() || time.isNegative())) {
                return CompletableFuture.completedFuture(new RerankOutcome.TimedOut());
            }
            task = task.withTimeout(time).withSince(since);
        }
        KeptStates from = left;
        RerankSettings later = cascade.laterOfSameTokens();
        left = later == null ? null : new KeptStates(settings.scoring(), later.scoring());
        return score(task.withStates(from, left))
                .whenComplete((outcome, failure) -> close(from))
                .exceptionally(
                        failure -> {
                            Throwable cause = ExceptionUtils.stripCompletionException(failure);
                            if (cause instanceof BrokenDeviceException broken) {
                                throw broken;
                            }
                            return new RerankOutcome.Failed("unexpected: " + cause);
                        });
    }

    private static void close(@Nullable KeptStates states) {
        if (states != null) {
            states.close();
        }
    }

    private @Nullable Duration timeLeft(@Nullable Duration all) {
        return all == null ? null : all.minusNanos(System.nanoTime() - since);
    }

    private CompletableFuture<RerankOutcome> score(RerankTask task) {
        try {
            return engine.apply(task);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
