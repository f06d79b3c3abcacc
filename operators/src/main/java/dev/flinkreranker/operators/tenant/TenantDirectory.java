package dev.flinkreranker.operators.tenant;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * The tenants that the job's file names.
 *
 * @param defaults the config of tenants that are not named
 * @param tenants by id
 * @param unknown what becomes of the others
 */
@Internal
public record TenantDirectory(
        TenantConfig defaults, Map<String, TenantConfig> tenants, UnknownTenant unknown)
        implements Serializable {

    /** Copies the map. */
    public TenantDirectory {
        tenants = Map.copyOf(tenants);
    }

    /** A tenant's config; empty when it is to be rejected. */
    public Optional<TenantConfig> find(String tenant) {
        TenantConfig config = tenants.get(tenant);
        if (config == null && unknown == UnknownTenant.DEFAULTS) {
            config = defaults;
        }
        return Optional.ofNullable(config);
    }
}
