package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.ResolvedSettings;
import dev.flinkreranker.operators.tenant.SettingsResolver;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;

/** Finds what requests get under a configuration, by the stream's own rules. */
final class SettingsFinder {
    private final ReplayConfiguration configuration;
    private final ModelCatalog catalog;
    private final SettingsResolver resolver;

    SettingsFinder(ReplayConfiguration configuration) {
        this.configuration = configuration;
        this.catalog = configuration.catalog();
        this.resolver = new SettingsResolver(catalog);
    }

    /**
     * What a request gets.
     *
     * @throws RejectedEventException where the stream would refuse it; the message names the
     *     configuration
     */
    Resolved find(RerankRequest request) throws RejectedEventException {
        try {
            TenantConfig config =
                    configuration
                            .tenants()
                            .find(request.tenant())
                            .orElseThrow(() -> SettingsResolver.unknownTenant(request.tenant()));
            ResolvedSettings resolved = resolver.resolve(request, config);
            return new Resolved(
                    new ResultOrigin(
                            resolved.settings(),
                            config.version(),
                            resolved.route(),
                            false,
                            catalog),
                    resolved.interleaving());
        } catch (RejectedEventException e) {
            throw new RejectedEventException(
                    e.reason(), "refused under " + configuration.name() + ": " + e.getMessage());
        }
    }
}
