package dev.flinkreranker.operators.tenant;

/**
 * What a request is reranked with.
 *
 * @param settings complete
 * @param route name of the tenant's route that applied; null when none did
 */
public record ResolvedSettings(RerankSettings settings, String route) {}
