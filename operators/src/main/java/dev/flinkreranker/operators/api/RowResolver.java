package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import dev.flinkreranker.operators.resolve.TenantConfigs;
import dev.flinkreranker.operators.tenant.ResolvedSettings;
import dev.flinkreranker.operators.tenant.SettingsResolver;
import dev.flinkreranker.operators.tenant.TenantConfig;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.jspecify.annotations.Nullable;

/** What the functions that resolve elements share: from an element to its settings. */
final class RowResolver<T> {

    private final RowReader<T, ?> reader;
    private final SettingsResolver settings;
    private final ResolveMetrics metrics;

    RowResolver(RowReader<T, ?> reader, ResolveSettings given, RuntimeContext context) {
        this.reader = reader;
        this.settings = new SettingsResolver(given.catalog());
        this.metrics = new ResolveMetrics(context.getMetricGroup());
    }

    ResolveMetrics metrics() {
        return metrics;
    }

    /**
     * An element with its settings.
     *
     * @param timestamp its own; null where it has none
     */
    ResolvedRow<T> resolve(T row, @Nullable Long timestamp, TenantConfigs configs)
            throws RejectedEventException {
        metrics.event();
        RerankRequest request = reader.read(row);
        String tenant = request.tenant();
        try {
            TenantConfig config =
                    configs.find(tenant).orElseThrow(() -> SettingsResolver.unknownTenant(tenant));
            ResolvedSettings resolved = settings.resolve(request, config);
            return new ResolvedRow<>(
                    row, RowStamp.of(request, resolved, config.version(), timestamp));
        } catch (RejectedEventException e) {
            throw e.of(null, tenant);
        }
    }

    Rejected<T> rejected(T row, RejectedEventException why) {
        metrics.deadLetter(why.reason());
        return new Rejected<>(row, Refusal.of(why));
    }
}
