package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.ResolvedSettings;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What an element gets on its way to the rerank operator, and keeps in state. Public because Flink
 * reads it field by field.
 *
 * @param settings its settings
 * @param configVersion version of its tenant's config
 * @param route name of its tenant's route that applied, if one did
 * @param interleaving what it is ranked by too, if anything
 * @param whenLate what it is ranked by where its settings would make it late, if there is something
 * @param timestamp its own, milliseconds since the epoch; negative where it has none
 * @param characters of its query and passages
 */
@Internal
public record RowStamp(
        RerankSettings settings,
        Long configVersion,
        @Nullable String route,
        @Nullable Interleaving interleaving,
        @Nullable RerankSettings whenLate,
        long timestamp,
        long characters) {

    static RowStamp of(
            RerankRequest request,
            ResolvedSettings resolved,
            long configVersion,
            @Nullable Long timestamp) {
        long characters = request.query().length();
        for (Candidate candidate : request.candidates()) {
            characters += candidate.text().length();
        }
        return new RowStamp(
                resolved.settings(),
                configVersion,
                resolved.route(),
                resolved.interleaving(),
                resolved.whenLate(),
                timestamp == null ? -1 : timestamp,
                characters);
    }

    /** The same with so much time for its score, in milliseconds, at least 1. */
    RowStamp withDeadline(long ms) {
        return new RowStamp(
                settings.withDeadline(ms),
                configVersion,
                route,
                interleaving == null ? null : interleaving.withDeadline(ms),
                whenLate == null ? null : whenLate.withDeadline(ms),
                timestamp,
                characters);
    }
}
