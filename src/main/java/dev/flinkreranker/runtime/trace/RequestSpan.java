package dev.flinkreranker.runtime.trace;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The span "rerank" of one request, a child of the span that its headers name.
 *
 * <p>The parent decides: without <a href="https://www.w3.org/TR/trace-context/">W3C trace
 * context</a>, or where that is not sampled, there is no span.
 */
public final class RequestSpan {

    /** The headers' names, in W3C's spelling. */
    public static final String TRACEPARENT = "traceparent";

    /** Likewise, what vendors add. */
    public static final String TRACESTATE = "tracestate";

    private static final RequestSpan NONE = new RequestSpan(Span.getInvalid());

    private static final TextMapGetter<Function<String, @Nullable String>> HEADERS =
            (headers, name) -> headers == null ? null : headers.apply(name);

    private final Span span;

    private RequestSpan(Span span) {
        this.span = span;
    }

    /**
     * Starts the span now.
     *
     * @param headers a header's value by its name; null where there is none
     */
    public static RequestSpan start(Function<String, @Nullable String> headers) {
        Context parent =
                W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        if (!Span.fromContext(parent).getSpanContext().isSampled()) {
            return NONE;
        }
        return new RequestSpan(
                GlobalOpenTelemetry.getTracer(EngineTrace.INSTRUMENTATION)
                        .spanBuilder("rerank")
                        .setParent(parent)
                        .setSpanKind(SpanKind.CONSUMER)
                        .startSpan());
    }

    /** Whether there is a span at all. */
    public boolean isRecording() {
        return span.isRecording();
    }

    /** Runs with this span as the current one, so that the engine's spans become its children. */
    public <T> T around(Supplier<T> action) {
        return span.isRecording()
                ? Context.root().with(span).wrapSupplier(action).get()
                : action.get();
    }

    /**
     * Ends it.
     *
     * @param tenant the request's tenant, if it could be read
     * @param status what became of it, in the words of the result or dead letter
     * @param failed whether that is a failure
     */
    public void end(@Nullable String tenant, String status, boolean failed) {
        if (tenant != null) {
            span.setAttribute("reranker.tenant", tenant);
        }
        span.setAttribute("reranker.status", status);
        if (failed) {
            span.setStatus(StatusCode.ERROR, status);
        }
        span.end();
    }
}
