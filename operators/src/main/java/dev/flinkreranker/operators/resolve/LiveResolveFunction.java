package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * As {@link ResolveFunction}, with the configs of the tenants' topic over those of the job's file
 * ({@link LiveConfigs}).
 */
@Internal
public final class LiveResolveFunction extends LiveConfigFunction<RawEvent, ResolvedRequest> {

    @Serial private static final long serialVersionUID = 1L;

    /** Requests of tenants that are not known, where they are to wait. */
    public static final OutputTag<PendingRequest> PENDING =
            new OutputTag<>("pending", TypeInformation.of(PendingRequest.class));

    private final ResolveSettings settings;
    private transient RequestResolver resolver;
    private transient ResolveMetrics metrics;

    public LiveResolveFunction(ResolveSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        metrics = new ResolveMetrics(getRuntimeContext().getMetricGroup());
        openConfigs(settings, metrics);
        resolver = new RequestResolver(settings, metrics);
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
            out.collect(resolver.resolve(event, request, id -> configs().find(id, live)));
        } catch (RejectedEventException e) {
            context.output(DeadLetterOutput.TAG, resolver.deadLetter(event, e));
        }
    }

    private boolean waits(String tenant) {
        TenantDirectory file = settings.tenants();
        return file.unknown() == UnknownTenant.HOLD && file.find(tenant).isEmpty();
    }
}
