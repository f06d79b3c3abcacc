package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.result.InterleavedTeams;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultMeta;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.ResultUsage;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * The ranking of an element's passages: a function of the element and its settings alone.
 *
 * @param status how the element fared
 * @param tenant who asked
 * @param model alias of the model
 * @param nothingRelevant whether no passage is likely to be relevant, by the threshold of the
 *     tenant's calibration; null where there is none, or the last stage has not scored
 * @param passages the passages, best first
 * @param usage what it cost
 * @param configVersion version of the tenant's config; 0 for one without
 * @param route name of the route that applied; null when none did
 * @param interleaved name of the second configuration where the ranking is of two; null elsewhere
 * @param whenLate whether it was ranked by the tenant's {@code whenLate}
 * @param message why no passage has a score; null when some have
 */
@PublicEvolving
public record PassageRanking(
        ResultStatus status,
        String tenant,
        String model,
        @Nullable Boolean nothingRelevant,
        List<RankedPassage> passages,
        ResultUsage usage,
        long configVersion,
        @Nullable String route,
        @Nullable String interleaved,
        boolean whenLate,
        @Nullable String message) {

    /** Copies the passages. */
    public PassageRanking {
        passages = List.copyOf(passages);
    }

    static PassageRanking of(RankedResult result) {
        ResultMeta meta = result.meta();
        InterleavedTeams teams = meta.interleaving();
        List<RankedDocument> documents = result.results();
        List<RankedPassage> passages = new ArrayList<>(documents.size());
        for (int i = 0; i < documents.size(); i++) {
            RankedDocument document = documents.get(i);
            passages.add(
                    new RankedPassage(
                            document.index(),
                            document.relevanceScore(),
                            document.probability(),
                            document.modelScore(),
                            document.scores(),
                            teams == null ? null : teams.teams().get(i).name(),
                            document.error(),
                            document.stage()));
        }
        return new PassageRanking(
                result.status(),
                result.tenant(),
                result.model(),
                result.nothingRelevant(),
                passages,
                result.usage(),
                meta.configVersion(),
                meta.route(),
                teams == null ? null : teams.name(),
                meta.whenLate() != null,
                meta.message());
    }
}
