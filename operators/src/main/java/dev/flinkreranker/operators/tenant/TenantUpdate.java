package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A change of one tenant's config, already checked and put in order. The config travels, and lies
 * in savepoints, as the JSON that was sent: what code makes of it may change, the text does not.
 *
 * @param tenant the tenant's id
 * @param config its config as compact JSON; absent when it was deleted
 */
@Internal
public record TenantUpdate(String tenant, @Nullable String config) {}
