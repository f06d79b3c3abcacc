package dev.flinkreranker.operators.tenant;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Other settings for some of a tenant's requests.
 *
 * @param name told in the results that it applied to; unique within the tenant
 * @param when which requests
 * @param settings complete: the tenant's, with what the route says laid over them
 * @param whenLate likewise, what a request gets where these would make it late, if there is
 *     something
 */
@Internal
public record TenantRoute(
        String name,
        RouteCondition when,
        RerankSettings settings,
        @Nullable RerankSettings whenLate)
        implements Serializable {}
