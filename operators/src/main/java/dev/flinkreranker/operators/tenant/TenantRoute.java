package dev.flinkreranker.operators.tenant;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * Other settings for some of a tenant's requests.
 *
 * @param name told in the results that it applied to; unique within the tenant
 * @param when which requests
 * @param settings complete: the tenant's, with what the route says laid over them
 */
@Internal
public record TenantRoute(String name, RouteCondition when, RerankSettings settings)
        implements Serializable {}
