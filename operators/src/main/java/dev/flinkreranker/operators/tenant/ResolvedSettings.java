package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a request is reranked with.
 *
 * @param settings complete
 * @param route name of the tenant's route that applied, if one did
 * @param interleaving what it is ranked by too, if anything
 * @param whenLate complete settings that it gets where these would make it late, if there are any
 */
@Internal
public record ResolvedSettings(
        RerankSettings settings,
        @Nullable String route,
        @Nullable Interleaving interleaving,
        @Nullable RerankSettings whenLate) {}
