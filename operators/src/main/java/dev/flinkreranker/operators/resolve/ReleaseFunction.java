package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.Serial;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Resolves requests that have waited for their tenant's config, or makes dead letters of them. A
 * request whose wait was in vain gets what the job's file has for its tenant, which is nothing
 * unless the file is another than when the wait began.
 */
@Internal
public final class ReleaseFunction extends ProcessFunction<ReleasedRequest, ResolvedRequest> {

    @Serial private static final long serialVersionUID = 1L;

    private final ResolveSettings settings;
    private transient TenantRecords records;
    private transient RequestResolver resolver;

    /** The last one: the requests of a tenant leave together. */
    private transient @Nullable ReadConfig read;

    public ReleaseFunction(ResolveSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        records = settings.records();
        resolver =
                new RequestResolver(
                        settings, new ResolveMetrics(getRuntimeContext().getMetricGroup()));
    }

    @Override
    public void processElement(
            ReleasedRequest released, Context context, Collector<ResolvedRequest> out) {
        RawEvent event = released.event();
        try {
            RerankRequest request = resolver.parse(event);
            out.collect(resolver.resolve(event, request, tenant -> find(tenant, released)));
        } catch (RejectedEventException e) {
            context.output(DeadLetterOutput.TAG, resolver.deadLetter(event, e));
        }
    }

    private Optional<TenantConfig> find(String tenant, ReleasedRequest released)
            throws RejectedEventException {
        if (released.config() == null) {
            Optional<TenantConfig> filed = settings.tenants().find(tenant);
            if (filed.isEmpty()) {
                throw new RejectedEventException(ReasonCode.UNKNOWN_TENANT, released.refusal());
            }
            return filed;
        }
        if (read == null || !read.isOf(tenant, released.config())) {
            read = ReadConfig.of(records, tenant, released.config());
        }
        return Optional.of(read.get());
    }
}
