package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import java.io.Serializable;
import java.util.Optional;

/**
 * Finds the settings of a request: its tenant's config, with what the request itself brings laid
 * over it. A function of its arguments; where the config comes from is the caller's affair.
 *
 * @param catalog the models that may be named
 */
public record SettingsResolver(ModelCatalog catalog) implements Serializable {

    /**
     * The settings of a request.
     *
     * @param config the config of the request's tenant; empty when the tenant is to be rejected
     * @throws RejectedEventException if the tenant is unknown, or the request brings what it may
     *     not
     */
    public RerankSettings resolve(RerankRequest request, Optional<TenantConfig> config)
            throws RejectedEventException {
        TenantConfig known =
                config.orElseThrow(
                        () ->
                                new RejectedEventException(
                                        ReasonCode.UNKNOWN_TENANT,
                                        "tenant \"%s\" is not configured"
                                                .formatted(request.tenant())));
        RerankSettings settings = Overrides.apply(known, request.overrides());
        if (!catalog.knows(settings.model())) {
            throw new RejectedEventException(
                    ReasonCode.UNKNOWN_MODEL, catalog.unknown(settings.model()));
        }
        return settings;
    }
}
