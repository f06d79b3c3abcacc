package dev.flinkreranker.operators.tenant;

import org.jspecify.annotations.Nullable;

/**
 * What a request is reranked with.
 *
 * @param settings complete
 * @param route name of the tenant's route that applied, if one did
 */
public record ResolvedSettings(RerankSettings settings, @Nullable String route) {}
