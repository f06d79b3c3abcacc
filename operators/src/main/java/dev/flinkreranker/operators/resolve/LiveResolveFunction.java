package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.TenantRecords;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import java.io.Serial;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * As {@link ResolveFunction}, with the configs of the tenants' topic over those of the job's file.
 * Updates come checked and in order, the same to every parallel instance; each keeps the last of
 * every tenant as JSON and reads it when the first request needs it.
 */
public final class LiveResolveFunction
        extends BroadcastProcessFunction<RawEvent, TenantUpdate, ResolvedRequest>
        implements CheckpointedFunction {

    @Serial private static final long serialVersionUID = 1L;

    /** Configs by tenant. */
    public static final MapStateDescriptor<String, String> CONFIGS =
            new MapStateDescriptor<>("tenants", Types.STRING, Types.STRING);

    /** Requests of tenants that are not known, where they are to wait. */
    public static final OutputTag<PendingRequest> PENDING =
            new OutputTag<>("pending", TypeInformation.of(PendingRequest.class));

    private final ResolveSettings settings;
    private transient TenantRecords records;
    private transient RequestResolver resolver;
    private transient ResolveMetrics metrics;
    private transient Map<String, ReadConfig> read;
    private transient int restored;

    public LiveResolveFunction(ResolveSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        restored = 0;
        for (Map.Entry<String, String> ignored :
                context.getOperatorStateStore().getBroadcastState(CONFIGS).immutableEntries()) {
            restored++;
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        // The broadcast state is Flink's own.
    }

    @Override
    public void open(OpenContext context) {
        records = settings.records();
        read = new HashMap<>();
        metrics = new ResolveMetrics(getRuntimeContext().getMetricGroup());
        metrics.tenants(restored);
        resolver = new RequestResolver(settings, metrics);
    }

    @Override
    public void processBroadcastElement(
            TenantUpdate update, Context context, Collector<ResolvedRequest> out) throws Exception {
        var configs = context.getBroadcastState(CONFIGS);
        boolean known = configs.contains(update.tenant());
        if (update.config() == null) {
            configs.remove(update.tenant());
            metrics.tenants(known ? -1 : 0);
        } else {
            configs.put(update.tenant(), update.config());
            metrics.tenants(known ? 0 : 1);
        }
        read.remove(update.tenant());
    }

    @Override
    public void processElement(
            RawEvent event, ReadOnlyContext context, Collector<ResolvedRequest> out)
            throws Exception {
        metrics.event();
        try {
            RerankRequest request = resolver.parse(event);
            String tenant = request.tenant();
            String live = context.getBroadcastState(CONFIGS).get(tenant);
            if (live == null && waits(tenant)) {
                context.output(PENDING, new PendingRequest(tenant, event));
                return;
            }
            out.collect(resolver.resolve(event, request, id -> find(id, live)));
        } catch (RejectedEventException e) {
            context.output(DeadLetterOutput.TAG, resolver.deadLetter(event, e));
        }
    }

    private boolean waits(String tenant) {
        TenantDirectory file = settings.tenants();
        return file.unknown() == UnknownTenant.HOLD && file.find(tenant).isEmpty();
    }

    private Optional<TenantConfig> find(String tenant, @Nullable String live)
            throws RejectedEventException {
        if (live == null) {
            return settings.tenants().find(tenant);
        }
        ReadConfig config = read.computeIfAbsent(tenant, id -> ReadConfig.of(records, id, live));
        return Optional.of(config.get());
    }
}
