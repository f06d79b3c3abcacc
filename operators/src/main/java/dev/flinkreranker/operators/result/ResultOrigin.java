package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.tenant.RerankSettings;

/**
 * What a result was made with.
 *
 * @param settings the request's settings
 * @param configVersion version of the tenant's config
 * @param route name of the tenant's route that applied; null when none did
 * @param modelRevision revision of the model, as the catalogue calls it; null when it has none
 */
public record ResultOrigin(
        RerankSettings settings, long configVersion, String route, String modelRevision) {

    /** Of settings without a route, for a model without a revision. */
    public static ResultOrigin of(RerankSettings settings, long configVersion) {
        return new ResultOrigin(settings, configVersion, null, null);
    }
}
