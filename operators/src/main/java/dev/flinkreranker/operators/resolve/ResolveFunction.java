package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Parses events and stamps each with its settings, where all tenants are in the job's file. An
 * event that is no request, or may not be one, goes to {@link DeadLetterOutput}; none is dropped,
 * none fails the job.
 */
@Internal
public final class ResolveFunction extends ProcessFunction<RawEvent, ResolvedRequest> {

    @Serial private static final long serialVersionUID = 1L;

    private final ResolveSettings settings;
    private transient RequestResolver resolver;
    private transient ResolveMetrics metrics;

    /** The settings' defaults are for a topic, and have no part here. */
    public ResolveFunction(ResolveSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        metrics = new ResolveMetrics(getRuntimeContext().getMetricGroup());
        resolver = new RequestResolver(settings, metrics);
    }

    @Override
    public void processElement(RawEvent event, Context context, Collector<ResolvedRequest> out) {
        metrics.event();
        try {
            out.collect(resolver.resolve(event, resolver.parse(event), settings.tenants()::find));
        } catch (RejectedEventException e) {
            context.output(DeadLetterOutput.TAG, resolver.deadLetter(event, e));
        }
    }
}
