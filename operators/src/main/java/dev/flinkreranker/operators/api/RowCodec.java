package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.rerank.RequestCodec;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.runtime.trace.RequestSpan;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Reads elements by the user's functions, and puts them out with what became of them. */
final class RowCodec<T> implements RequestCodec<ResolvedRow<T>, RowOutput<T>> {

    @Serial private static final long serialVersionUID = 1L;

    private final RowReader<T, ?> reader;

    RowCodec(RowReader<T, ?> reader) {
        this.reader = reader;
    }

    @Override
    public void open() {
        // There is nothing to ask.
    }

    @Override
    public RerankRequest read(ResolvedRow<T> resolved) throws RejectedEventException {
        return reader.read(resolved.value());
    }

    @Override
    public RowOutput<T> result(
            ResolvedRow<T> resolved, RerankRequest request, RankedResult result, long deviceNanos) {
        return RowOutput.of(resolved.value(), result, deviceNanos);
    }

    @Override
    public RowOutput<T> refused(
            ResolvedRow<T> resolved, RejectedEventException why, long deviceNanos) {
        return RowOutput.of(resolved.value(), why, deviceNanos);
    }

    @Override
    public @Nullable String header(ResolvedRow<T> resolved, String name) {
        return name.equals(RequestSpan.TRACEPARENT) ? reader.traceparent(resolved.value()) : null;
    }

    /** Nowhere: there is no overflow topic. */
    @Override
    public boolean canSetAside(ResolvedRow<T> resolved) {
        return false;
    }

    @Override
    public RowOutput<T> setAside(ResolvedRow<T> resolved, String tenant) {
        throw new UnsupportedOperationException("no element can be set aside");
    }
}
