package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.tenant.Resolved;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What stands around the reranking core: how an element is read as a request, and what is put out
 * for it. One task uses it, from its own thread.
 *
 * @param <R> elements that come in
 * @param <O> what goes out, one for each element
 */
@Internal
public interface RequestCodec<R extends Resolved, O> extends Serializable {

    /**
     * When a task starts, before all else.
     *
     * @throws Exception fails the task
     */
    void open() throws Exception;

    /** With every checkpoint: what was asked for in {@link #open} may be old. It does not wait. */
    default void refresh() {}

    /**
     * The request of an element: the same one each time.
     *
     * @throws RejectedEventException if it is none. It was one when it was resolved, so this comes
     *     of a restart with tighter limits.
     */
    RerankRequest read(R resolved) throws RejectedEventException;

    /**
     * What goes out for a request with a result.
     *
     * @param deviceNanos how long the device was busy with it, a measurement
     * @throws RejectedEventException if the result cannot go out
     */
    O result(R resolved, RerankRequest request, RankedResult result, long deviceNanos)
            throws RejectedEventException;

    /**
     * What goes out for an element without one.
     *
     * @param why with the request's id and tenant, as far as they are known
     * @param deviceNanos as in {@link #result}
     */
    O refused(R resolved, RejectedEventException why, long deviceNanos);

    /**
     * The value of an element's header, if it has one: the request's trace is found by it.
     *
     * @param name in lower case
     */
    default @Nullable String header(R resolved, String name) {
        return null;
    }

    /** Whether an element can be set aside, to be reranked later. */
    boolean canSetAside(R resolved);

    /** What goes out for an element that is set aside. */
    O setAside(R resolved, String tenant);
}
