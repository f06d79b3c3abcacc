package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.tenant.Resolved;
import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the asynchronous operator that reranks. */
@Internal
public final class RerankOperatorFactory<R extends Resolved, O>
        extends AbstractStreamOperatorFactory<O> implements OneInputStreamOperatorFactory<R, O> {

    @Serial private static final long serialVersionUID = 1L;

    private final RerankFunction<R, O> function;
    private final long timeoutMs;
    private final int capacity;
    private final OutputMode mode;

    /**
     * @param timeoutMs how long a request may take; 0 for ever
     * @param capacity most requests under way
     */
    public RerankOperatorFactory(
            RerankFunction<R, O> function, long timeoutMs, int capacity, OutputMode mode) {
        this.function = function;
        this.timeoutMs = timeoutMs;
        this.capacity = capacity;
        this.mode = mode;
    }

    @Override
    @SuppressWarnings("unchecked") // the only operator that it makes
    public <T extends StreamOperator<O>> T createStreamOperator(
            StreamOperatorParameters<O> parameters) {
        return (T)
                new RerankOperator<>(
                        parameters,
                        function,
                        timeoutMs,
                        capacity,
                        mode,
                        parameters.getProcessingTimeService(),
                        parameters.getMailboxExecutor());
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return RerankOperator.class;
    }
}
