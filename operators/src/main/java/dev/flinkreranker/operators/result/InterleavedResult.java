package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** Makes one result of two, by {@link TeamDraft}. */
@Internal
public final class InterleavedResult {

    private InterleavedResult() {}

    /**
     * The interleaved result of a request. Each document is as in the result that picked it, usage
     * is that of both, and all else is as in the first; where that passes through, the request
     * counts as ranked all the same, and what is unscored is so in the second. A result of {@code
     * n} documents at most needs no more than the first {@code n} of each.
     *
     * @param a ranked by the tenant's own settings
     * @param settings the tenant's own
     * @param b ranked by the second configuration; one of both may pass through
     * @param interleaving the second configuration
     */
    public static RankedResult of(
            RankedResult a, RerankSettings settings, RankedResult b, Interleaving interleaving) {
        Map<Integer, RankedDocument> ofA = byIndex(a);
        Map<Integer, RankedDocument> ofB = byIndex(b);
        List<TeamDraft.Pick> picks =
                TeamDraft.of(a.requestId(), List.copyOf(ofA.keySet()), List.copyOf(ofB.keySet()));
        if (settings.topN() != null && settings.topN() < picks.size()) {
            picks = picks.subList(0, settings.topN());
        }
        InterleavedTeams teams =
                new InterleavedTeams(
                        interleaving.name(),
                        interleaving.settings().model(),
                        b.meta().dtype(),
                        b.meta().calibration(),
                        picks.stream().map(TeamDraft.Pick::team).toList());
        RankedResult scored = a.status() == ResultStatus.PASSTHROUGH ? b : a;
        return new RankedResult(
                a.requestId(),
                a.tenant(),
                scored.status(),
                a.model(),
                a.query(),
                scored.nothingRelevant(),
                picks.stream()
                        .map(
                                pick ->
                                        (pick.team() == TeamDraft.Team.A ? ofA : ofB)
                                                .get(pick.document()))
                        .toList(),
                interleaving.sharesScores(settings)
                        ? a.usage()
                        : a.usage().interleaved(settings, b.usage(), interleaving.settings()),
                a.meta().with(teams, scored.meta().unscored()));
    }

    /** In the order of the ranking. */
    private static Map<Integer, RankedDocument> byIndex(RankedResult result) {
        Map<Integer, RankedDocument> documents = new LinkedHashMap<>();
        result.results().forEach(document -> documents.put(document.index(), document));
        return documents;
    }
}
