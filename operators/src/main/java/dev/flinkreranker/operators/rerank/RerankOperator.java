package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.tenant.Resolved;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.util.retryable.AsyncRetryStrategies;

/**
 * Flink's asynchronous operator, whose requests under way are bounded by their bytes too. It takes
 * up no request, not even one of its state, before the function has room for it.
 */
final class RerankOperator<R extends Resolved, O> extends AsyncWaitOperator<R, O> {

    private static final long serialVersionUID = 1L;

    private final RerankFunction<R, O> function;
    private final transient MailboxExecutor mailbox;

    @SuppressWarnings("unchecked") // of Flink's strategy without a type
    RerankOperator(
            StreamOperatorParameters<O> parameters,
            RerankFunction<R, O> function,
            long timeoutMs,
            int capacity,
            OutputMode mode,
            ProcessingTimeService time,
            MailboxExecutor mailbox) {
        super(
                parameters,
                function,
                timeoutMs,
                capacity,
                mode,
                AsyncRetryStrategies.NO_RETRY_STRATEGY,
                time,
                mailbox);
        this.function = function;
        this.mailbox = mailbox;
    }

    @Override
    public void processElement(StreamRecord<R> request) throws Exception {
        while (!function.hasRoom(request.getValue())) {
            mailbox.yield(); // to an outcome, which makes room
        }
        super.processElement(request);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        function.codec.refresh();
    }
}
