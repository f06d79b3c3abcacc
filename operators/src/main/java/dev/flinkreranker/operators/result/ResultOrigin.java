package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a result was made with.
 *
 * @param settings the request's settings
 * @param configVersion version of the tenant's config
 * @param route name of the tenant's route that applied, if one did
 * @param whenLate whether these are those of the tenant's {@code when_late}
 * @param catalog knows the models' revisions; null where they have none
 */
@Internal
public record ResultOrigin(
        RerankSettings settings,
        long configVersion,
        @Nullable String route,
        boolean whenLate,
        @Nullable ModelCatalog catalog) {

    /** Of settings without a route, for a model without a revision. */
    public static ResultOrigin of(RerankSettings settings, long configVersion) {
        return new ResultOrigin(settings, configVersion, null, false, null);
    }

    /** Revision of a model, as the catalogue calls it, if it does. */
    @Nullable String revision(String alias) {
        ModelReference model = catalog == null ? null : catalog.models().get(alias);
        return model == null ? null : model.revision();
    }
}
