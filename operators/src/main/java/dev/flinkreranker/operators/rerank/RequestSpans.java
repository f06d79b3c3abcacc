package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.tenant.Resolved;
import dev.flinkreranker.runtime.trace.RequestSpan;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The spans of the traced requests that are under way in a task. For the task's thread alone. */
final class RequestSpans<R extends Resolved> {

    private final RequestCodec<R, ?> codec;
    // An element is not copied between its arrival and its end.
    private final Map<R, RequestSpan> underWay = new IdentityHashMap<>();

    RequestSpans(RequestCodec<R, ?> codec) {
        this.codec = codec;
    }

    /** A request came. */
    void start(R resolved) {
        RequestSpan span = RequestSpan.start(name -> codec.header(resolved, name));
        if (span.isRecording()) {
            underWay.put(resolved, span);
        }
    }

    /**
     * Whatever hands a request to the engine, from any thread, so that the engine's spans become
     * children of the request's.
     */
    <T, S> Function<T, S> around(R resolved, Function<T, S> action) {
        RequestSpan span = underWay.get(resolved);
        return span == null ? action : given -> span.around(() -> action.apply(given));
    }

    /** A request goes out. */
    void end(R resolved, @Nullable String tenant, String status, boolean failed) {
        RequestSpan span = underWay.remove(resolved);
        if (span != null) {
            span.end(tenant, status, failed);
        }
    }
}
