package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Finds the settings of a request: its tenant's config, or the route of it that matches, with what
 * the request itself brings laid over it. Where the config comes from is the caller's affair.
 */
@Internal
public final class SettingsResolver {

    private final ModelCatalog catalog;
    private final TenantConfigReader reader;

    /**
     * @param catalog the models that may be named
     */
    public SettingsResolver(ModelCatalog catalog) {
        this.catalog = catalog;
        this.reader = new TenantConfigReader(catalog);
    }

    /**
     * The settings of a request.
     *
     * @param config the config of the request's tenant
     * @throws RejectedEventException if the request brings what it may not or what its model cannot
     *     do, or lacks what its settings need
     */
    public ResolvedSettings resolve(RerankRequest request, TenantConfig config)
            throws RejectedEventException {
        ResolvedSettings base = config.settingsOf(request);
        RerankSettings settings =
                Overrides.apply(base.settings(), config.overrides(), request.overrides());
        if (!catalog.knows(settings.model())) {
            throw new RejectedEventException(
                    ReasonCode.UNKNOWN_MODEL, catalog.unknown(settings.model()));
        }
        if (settings != base.settings()) {
            checkModel(settings);
        }
        FirstStage.check(request, settings);
        return new ResolvedSettings(
                settings,
                base.route(),
                interleaving(request, config, base.interleaving()),
                whenLate(request, config, base.whenLate()));
    }

    /** Why a request has no settings whose tenant nobody has configured. */
    public static RejectedEventException unknownTenant(String tenant) {
        return new RejectedEventException(
                ReasonCode.UNKNOWN_TENANT, "tenant \"%s\" is not configured".formatted(tenant));
    }

    /**
     * Nothing where the request itself chooses how it is ranked, or cannot be ranked by the second
     * configuration: a trial never costs a request its answer.
     */
    private static @Nullable Interleaving interleaving(
            RerankRequest request, TenantConfig config, @Nullable Interleaving given)
            throws RejectedEventException {
        return given == null || !takes(request, given.settings())
                ? null
                : new Interleaving(
                        given.name(),
                        Overrides.apply(given.settings(), config.overrides(), request.overrides()));
    }

    /** Likewise: what the request itself chooses, it gets, late or not. */
    private static @Nullable RerankSettings whenLate(
            RerankRequest request, TenantConfig config, @Nullable RerankSettings given)
            throws RejectedEventException {
        return given == null || !takes(request, given)
                ? null
                : Overrides.apply(given, config.overrides(), request.overrides());
    }

    private static boolean takes(RerankRequest request, RerankSettings settings) {
        return FirstStage.suffices(request, settings) && RequestWide.areAllOf(request.overrides());
    }

    /** The tenant's own settings were checked with its config. */
    private void checkModel(RerankSettings settings) throws RejectedEventException {
        List<String> violations = reader.violations(settings);
        if (!violations.isEmpty()) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_FIELD, String.join("; ", violations));
        }
    }
}
