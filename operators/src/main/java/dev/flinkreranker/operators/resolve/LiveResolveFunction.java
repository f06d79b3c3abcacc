package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * As {@link ResolveFunction}, with the configs of the tenants' topic over those of the job's file
 * ({@link LiveConfigs}).
 */
@Internal
public final class LiveResolveFunction
        extends BroadcastProcessFunction<RawEvent, TenantUpdate, ResolvedRequest>
        implements CheckpointedFunction {

    @Serial private static final long serialVersionUID = 1L;

    /** Requests of tenants that are not known, where they are to wait. */
    public static final OutputTag<PendingRequest> PENDING =
            new OutputTag<>("pending", TypeInformation.of(PendingRequest.class));

    private final ResolveSettings settings;
    private transient LiveConfigs configs;
    private transient RequestResolver resolver;
    private transient ResolveMetrics metrics;
    private transient int restored;

    public LiveResolveFunction(ResolveSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        restored = LiveConfigs.count(context.getOperatorStateStore());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        // The broadcast state is Flink's own.
    }

    @Override
    public void open(OpenContext context) {
        metrics = new ResolveMetrics(getRuntimeContext().getMetricGroup());
        configs = new LiveConfigs(settings, metrics, restored);
        resolver = new RequestResolver(settings, metrics);
    }

    @Override
    public void processBroadcastElement(
            TenantUpdate update, Context context, Collector<ResolvedRequest> out) throws Exception {
        configs.update(update, context.getBroadcastState(LiveConfigs.STATE));
    }

    @Override
    public void processElement(
            RawEvent event, ReadOnlyContext context, Collector<ResolvedRequest> out)
            throws Exception {
        metrics.event();
        try {
            RerankRequest request = resolver.parse(event);
            String tenant = request.tenant();
            String live = context.getBroadcastState(LiveConfigs.STATE).get(tenant);
            if (live == null && waits(tenant)) {
                context.output(PENDING, new PendingRequest(tenant, event));
                return;
            }
            out.collect(resolver.resolve(event, request, id -> configs.find(id, live)));
        } catch (RejectedEventException e) {
            context.output(DeadLetterOutput.TAG, resolver.deadLetter(event, e));
        }
    }

    private boolean waits(String tenant) {
        TenantDirectory file = settings.tenants();
        return file.unknown() == UnknownTenant.HOLD && file.find(tenant).isEmpty();
    }
}
