package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.Resolved;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reranking core of a job: requests with their settings in, one output for each, whatever they
 * and the outputs are.
 *
 * @param catalog the models that settings may name
 * @param engines where the operators get their engine
 * @param parallelism parallel instances of the rerank operator; 0 for the job's own. One for each
 *     device is enough: the engine batches over all requests of its process.
 * @param capacity most requests under way in one parallel instance, at least 1; all of them are in
 *     its checkpoints
 * @param windowBytes most bytes of the heap that they take there, as {@link Resolved#heapBytes}
 *     counts them; a request that has more is under way alone
 * @param ordered whether outputs keep the order of each source partition, except for what is under
 *     way when the job is rescaled, at the price that a slow request holds up those behind it, and
 *     that the rerank operator runs with the parallelism of its input
 * @param timeout how long a request may take, whatever its tenant's deadline; without it, for ever
 */
@Internal
public record RerankStage(
        ModelCatalog catalog,
        EngineFactory engines,
        int parallelism,
        int capacity,
        long windowBytes,
        boolean ordered,
        @Nullable Duration timeout) {

    /**
     * Attaches the operators to a stream of requests.
     *
     * @param shared whether tenants share the places, so that what exceeds a tenant's part leaves
     *     at once; else everything may wait
     */
    public <R extends Resolved, O> SingleOutputStreamOperator<O> attach(
            DataStream<R> requests,
            RequestCodec<R, O> codec,
            TypeInformation<O> outputs,
            OperatorNames names,
            boolean shared) {
        RerankFunction<R, O> function =
                new RerankFunction<>(
                        codec, catalog, engines, timeout, shared ? capacity : 0, windowBytes);
        // What only passes through, on its way elsewhere, needs a place too.
        int places = shared && !ordered ? capacity + 1 : capacity;
        SingleOutputStreamOperator<O> reranked =
                ordered
                        ? reranked(requests, function, outputs, places, OutputMode.ORDERED)
                        : inParallel(
                                reranked(
                                        ready(requests, names),
                                        function,
                                        outputs,
                                        places,
                                        OutputMode.UNORDERED));
        return reranked.name(names.name("rerank")).uid(names.uid("rerank"));
    }

    private <R extends Resolved, O> SingleOutputStreamOperator<O> reranked(
            DataStream<R> requests,
            RerankFunction<R, O> function,
            TypeInformation<O> outputs,
            int places,
            OutputMode mode) {
        // Zero is Flink's word for no timeout.
        long timeoutMs = timeout == null ? 0 : timeout.toMillis();
        return requests.transform(
                "rerank", outputs, new RerankOperatorFactory<>(function, timeoutMs, places, mode));
    }

    /** Requests that need not wait for their model, in no order. */
    private <R extends Resolved> DataStream<R> ready(DataStream<R> resolved, OperatorNames names) {
        // The rebalance keeps a skew of the source's partitions away from the devices.
        return inParallel(
                        resolved.rebalance()
                                .transform(
                                        names.name("wait for model"),
                                        resolved.getType(),
                                        new ModelWaitFactory<R>(catalog, engines, timeout)))
                .uid(names.uid("model-wait"));
    }

    private <T> SingleOutputStreamOperator<T> inParallel(SingleOutputStreamOperator<T> operator) {
        return parallelism == 0 ? operator : operator.setParallelism(parallelism);
    }
}
