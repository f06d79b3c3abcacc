package dev.flinkreranker.operators.api;

import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * A change of a tenant's config.
 *
 * @param tenant the tenant's id
 * @param config its config as JSON, as an entry of {@code tenants} in the Kafka job's file, with a
 *     {@code version} above that of the present one; null deletes it
 */
@PublicEvolving
public record TenantChange(String tenant, @Nullable String config) {}
