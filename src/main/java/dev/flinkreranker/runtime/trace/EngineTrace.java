package dev.flinkreranker.runtime.trace;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What one request does in the engine, as children of the span that was current when it came:
 *
 * <ul>
 *   <li>"queue": until it is its turn, a load of its model included;
 *   <li>"tokenization";
 *   <li>"device queue": from then on, until the device begins with it;
 *   <li>"device": once for each batch that has pairs of it, with a link to the batch's span.
 * </ul>
 *
 * <p>A batch has one span, "batch", in the trace of one of its requests, with links to all of them
 * that are traced. All times are nanoseconds of the engine's clock.
 */
public final class EngineTrace {

    static final String INSTRUMENTATION = "dev.flinkreranker";

    private static final EngineTrace NONE = new EngineTrace(Context.root(), 0);

    private final Context parent;
    private final long epochNanos;
    private volatile long tokenized = Long.MAX_VALUE;

    private EngineTrace(Context parent, long epochNanos) {
        this.parent = parent;
        this.epochNanos = epochNanos;
    }

    /** The trace of a request that comes now, on this thread. */
    public static EngineTrace current(LongSupplier clock) {
        Context context = Context.current();
        if (!Span.fromContext(context).isRecording()) {
            return NONE;
        }
        Instant now = Instant.now();
        long epoch = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return new EngineTrace(context, epoch - clock.getAsLong());
    }

    /** Whether there is a trace at all. */
    public boolean isRecording() {
        return this != NONE;
    }

    /** It was its turn. */
    public void admitted(long arrival, long start) {
        span("queue", arrival, start);
    }

    /** Its text was turned into pairs. */
    public void tokenized(long start, long end) {
        tokenized = end;
        span("tokenization", start, end);
    }

    private void span(String name, long start, long end) {
        if (isRecording()) {
            end(builder(name, start).startSpan(), end);
        }
    }

    private SpanBuilder builder(String name, long start) {
        Tracer tracer = GlobalOpenTelemetry.getTracer(INSTRUMENTATION);
        return tracer.spanBuilder(name)
                .setParent(parent)
                .setStartTimestamp(epochNanos + start, TimeUnit.NANOSECONDS);
    }

    private void end(Span span, long end) {
        span.end(epochNanos + end, TimeUnit.NANOSECONDS);
    }

    private SpanContext spanContext() {
        return Span.fromContext(parent).getSpanContext();
    }

    /**
     * A batch ran.
     *
     * @param pairs how many pairs each traced request had in it; at least one request
     * @param allPairs pairs of the batch
     * @param tokens their tokens
     */
    public static void ran(
            Map<EngineTrace, Integer> pairs, int allPairs, int tokens, long start, long end) {
        EngineTrace home = pairs.keySet().iterator().next();
        SpanBuilder builder =
                home.builder("batch", start)
                        .setAttribute("reranker.pairs", allPairs)
                        .setAttribute("reranker.tokens", tokens);
        pairs.keySet().forEach(request -> builder.addLink(request.spanContext()));
        Span batch = builder.startSpan();
        pairs.forEach((request, own) -> request.ran(own, batch.getSpanContext(), start, end));
        home.end(batch, end);
    }

    private void ran(int pairs, SpanContext batch, long start, long end) {
        if (start > tokenized) {
            span("device queue", tokenized, start);
            tokenized = Long.MAX_VALUE;
        }
        Span device =
                builder("device", start)
                        .setAttribute("reranker.pairs", pairs)
                        .addLink(batch)
                        .startSpan();
        end(device, end);
    }
}
