package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.tenant.TenantConfig;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/** Finds a tenant's config. */
@FunctionalInterface
@Internal
public interface TenantConfigs {

    /**
     * Empty when the tenant is not known.
     *
     * @throws RejectedEventException if the config is wrong
     */
    Optional<TenantConfig> find(String tenant) throws RejectedEventException;
}
