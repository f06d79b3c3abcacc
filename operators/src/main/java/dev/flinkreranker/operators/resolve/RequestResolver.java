package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Overrides;
import dev.flinkreranker.operators.tenant.ResolvedSettings;
import dev.flinkreranker.operators.tenant.SettingsResolver;
import dev.flinkreranker.operators.tenant.TenantConfig;

/** What the functions that resolve share: from an event to settings, or to a dead letter. */
final class RequestResolver {

    private final RequestParser parser;
    private final SettingsResolver settings;
    private final ResolveMetrics metrics;
    private final long maxRecordBytes;

    RequestResolver(ResolveSettings given, ResolveMetrics metrics) {
        this.parser = new RequestParser(given.limits(), Overrides.POSSIBLE);
        this.settings = new SettingsResolver(given.catalog());
        this.metrics = metrics;
        this.maxRecordBytes = given.limits().recordBytes();
    }

    RerankRequest parse(RawEvent event) throws RejectedEventException {
        return parser.parse(event.value());
    }

    ResolvedRequest resolve(RawEvent event, RerankRequest request, TenantConfigs configs)
            throws RejectedEventException {
        String tenant = request.tenant();
        try {
            TenantConfig config =
                    configs.find(tenant).orElseThrow(() -> SettingsResolver.unknownTenant(tenant));
            ResolvedSettings resolved = settings.resolve(request, config);
            return new ResolvedRequest(
                    event,
                    resolved.settings(),
                    config.version(),
                    resolved.route(),
                    resolved.interleaving(),
                    resolved.whenLate());
        } catch (RejectedEventException e) {
            throw e.of(request.requestId(), tenant);
        }
    }

    OutgoingRecord deadLetter(RawEvent event, RejectedEventException rejection) {
        metrics.deadLetter(rejection.reason());
        return DeadLetter.of(event, rejection).toRecord(maxRecordBytes);
    }
}
