package dev.flinkreranker.operators;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Overrides;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.SettingsResolver;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import java.io.Serial;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Parses events and stamps each with its settings. An event that is no request, or may not be one,
 * goes to {@link RerankPipeline#DEAD_LETTERS}; none is dropped, none fails the job.
 */
final class ResolveFunction extends ProcessFunction<RawEvent, ResolvedRequest> {

    @Serial private static final long serialVersionUID = 1L;

    private final RequestLimits limits;
    private final TenantDirectory tenants;
    private final SettingsResolver resolver;
    private transient RequestParser parser;
    private transient ResolveMetrics metrics;

    ResolveFunction(RequestLimits limits, TenantDirectory tenants, SettingsResolver resolver) {
        this.limits = limits;
        this.tenants = tenants;
        this.resolver = resolver;
    }

    @Override
    public void open(OpenContext context) {
        parser = new RequestParser(limits, Overrides.POSSIBLE);
        metrics = new ResolveMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(RawEvent event, Context context, Collector<ResolvedRequest> out) {
        metrics.event();
        try {
            RerankRequest request = parser.parse(event.value());
            Optional<TenantConfig> config = tenants.find(request.tenant());
            RerankSettings settings;
            try {
                settings = resolver.resolve(request, config);
            } catch (RejectedEventException e) {
                throw e.of(request.requestId(), request.tenant());
            }
            out.collect(
                    new ResolvedRequest(
                            event, settings, config.map(TenantConfig::version).orElse(0L)));
        } catch (RejectedEventException e) {
            metrics.deadLetter(e.reason());
            OutgoingRecord letter = DeadLetter.of(event, e).toRecord(limits.recordBytes());
            context.output(RerankPipeline.DEAD_LETTERS, letter);
        }
    }
}
