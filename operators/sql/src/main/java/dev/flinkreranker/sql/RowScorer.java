package dev.flinkreranker.sql;

import dev.flinkreranker.operators.metrics.DeviceMetrics;
import dev.flinkreranker.operators.metrics.EngineMetrics;
import dev.flinkreranker.operators.metrics.RerankMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.rerank.DeadContext;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.result.Ranking;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.fault.UnusableDeviceException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One parallel instance's way to the process's engine: a row in, an answer out. It never blocks.
 *
 * <p>A row that cannot be scored is an answer too, unless it is to fail the job. Only a broken
 * device always does, so that Flink restarts it.
 */
final class RowScorer implements AutoCloseable {

    /** Gauge, by status: rows that ended so since this instance started. */
    static final String ROWS = "rows";

    private static final Logger LOG = LoggerFactory.getLogger(RowScorer.class);

    private final SqlSettings settings;
    private final RerankEngine engine;
    private final Map<RowStatus, LongAdder> rows = new EnumMap<>(RowStatus.class);
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean closed;

    private RowScorer(SqlSettings settings, RerankEngine engine) {
        this.settings = settings;
        this.engine = engine;
        for (RowStatus status : RowStatus.values()) {
            rows.put(status, new LongAdder());
        }
    }

    /** How a row is read. */
    @FunctionalInterface
    interface Reader {
        RowTexts read(RowLimits limits) throws RejectedRowException;
    }

    /**
     * Takes a handle on the engine and waits until the model is loaded, so that no row's time runs
     * meanwhile. Where it cannot be loaded that is logged, and rows fail with the reason until it
     * can.
     *
     * @throws TableException if it cannot be loaded and errors are to fail the job, for good where
     *     the process has no such device
     */
    static RowScorer open(SqlSettings settings, FunctionContext task) throws InterruptedException {
        RowScorer scorer =
                new RowScorer(settings.in(task), RerankEngine.acquire(settings.engine()));
        try {
            scorer.register(task.getMetricGroup().addGroup(RerankMetrics.GROUP));
            scorer.load();
        } catch (InterruptedException | RuntimeException e) {
            scorer.close();
            throw e;
        }
        return scorer;
    }

    private void register(MetricGroup group) {
        MetricGroup ofEngine = group.addGroup(RerankMetrics.ENGINE);
        EngineMetrics.register(ofEngine, engine);
        DeviceMetrics.register(ofEngine, engine, settings.model().devices().names());
        rows.forEach(
                (status, count) ->
                        group.addGroup(RerankMetrics.STATUS, status.name())
                                .<Long, Gauge<Long>>gauge(ROWS, count::sum));
    }

    private void load() throws InterruptedException {
        try {
            engine.load(settings.model()).get();
        } catch (ExecutionException e) {
            DeadContext.endProcessIfIn(e);
            String reason = e.getCause().getMessage();
            if (settings.onError() == OnError.FAIL) {
                // A device that this process can never have is no better after a restart.
                throw ExceptionUtils.findThrowable(e, UnusableDeviceException.class).isPresent()
                        ? new TableException(reason, new SuppressRestartsException(e))
                        : new TableException(reason);
            }
            LOG.error("{}; rows have no scores until it can be", reason);
        }
    }

    /**
     * Scores a row.
     *
     * @return completes with what became of it, and exceptionally where that is to fail the job;
     *     not at all once this is closed, since then the row is in a checkpoint. Dependents run on
     *     the engine's threads and must not block.
     */
    CompletableFuture<RowAnswer> score(Reader row) {
        CompletableFuture<RowAnswer> answer = new CompletableFuture<>();
        RowTexts texts;
        RerankRequest request;
        try {
            texts = row.read(settings.limits());
            request = settings.request(texts);
        } catch (RejectedRowException e) {
            end(answer, new RowAnswer.Unscored(RowStatus.REJECTED, e.getMessage()));
            return answer;
        }
        if (texts.documents().isEmpty()) {
            end(answer, new RowAnswer.Ranked(List.of(), texts));
            return answer;
        }
        engine.rerank(settings.task(request))
                .whenComplete(
                        (outcome, failure) -> {
                            if (closed) {
                                return;
                            }
                            if (failure == null) {
                                end(answer, answer(texts, request, outcome));
                            } else {
                                DeadContext.endProcessIfIn(failure);
                                answer.completeExceptionally(failure);
                            }
                        });
        return answer;
    }

    private RowAnswer answer(RowTexts texts, RerankRequest request, RerankOutcome outcome) {
        if (outcome instanceof RerankOutcome.Scored scored) {
            return new RowAnswer.Ranked(
                    Ranking.ranked(
                                    request,
                                    ResultOrigin.of(settings.settings(), 0),
                                    CascadeOutcome.of(scored),
                                    null)
                            .results(),
                    texts);
        }
        if (outcome instanceof RerankOutcome.TimedOut) {
            return new RowAnswer.Unscored(
                    RowStatus.TIMED_OUT,
                    "no scores within %s ms (timeout)".formatted(settings.timeout().toMillis()));
        }
        String reason =
                outcome instanceof RerankOutcome.Failed failed
                        ? failed.reason()
                        : "the tenant had too much under way";
        return new RowAnswer.Unscored(RowStatus.FAILED, reason);
    }

    private void end(CompletableFuture<RowAnswer> future, RowAnswer answer) {
        rows.get(answer.status()).increment();
        if (answer instanceof RowAnswer.Unscored unscored) {
            String line = "a row was not scored: " + unscored.status() + ", " + unscored.error();
            if (settings.onError() == OnError.FAIL) {
                future.completeExceptionally(new TableException(line));
                return;
            }
            if (warned.compareAndSet(false, true)) {
                LOG.warn("{}; the metric {} counts further ones", line, ROWS);
            }
        }
        future.complete(answer);
    }

    /** Completes one of Flink's futures as another is, with the failure itself. */
    static <T> void forward(CompletableFuture<T> from, CompletableFuture<T> to) {
        from.whenComplete(
                (value, failure) -> {
                    if (failure == null) {
                        to.complete(value);
                    } else {
                        to.completeExceptionally(ExceptionUtils.stripCompletionException(failure));
                    }
                });
    }

    /** Ends what is under way. Calling it again does nothing. */
    @Override
    public void close() {
        closed = true;
        engine.close();
    }
}
