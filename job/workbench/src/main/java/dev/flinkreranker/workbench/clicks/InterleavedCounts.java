package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.operators.result.InterleavedTeams;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.TeamDraft.Team;
import dev.flinkreranker.workbench.clicks.ClickJoin.ViewedResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the requests that each side of interleaved results won. */
final class InterleavedCounts {
    /** Wins of A, ties and wins of B, by tenant and by the name of B. */
    private final Map<String, Map<String, long[]>> counts = new TreeMap<>();

    private long others;

    void add(ViewedResult joined) {
        RankedResult result = joined.result();
        InterleavedTeams teams = result.meta() == null ? null : result.meta().interleaving();
        if (teams == null || teams.teams().size() != result.results().size()) {
            others++;
            return;
        }
        int lead = 0;
        for (ViewedDocument document : joined.viewed()) {
            if (document.clicked()) {
                lead += teams.teams().get(document.index()) == Team.B ? 1 : -1;
            }
        }
        counts.computeIfAbsent(result.tenant(), tenant -> new TreeMap<>())
                .computeIfAbsent(teams.name(), name -> new long[3])[1 + Integer.signum(lead)]++;
    }

    /** Viewed results of one ranking. */
    long others() {
        return others;
    }

    List<InterleavedWins> list() {
        List<InterleavedWins> all = new ArrayList<>();
        counts.forEach(
                (tenant, byName) ->
                        byName.forEach(
                                (name, won) ->
                                        all.add(
                                                new InterleavedWins(
                                                        tenant, name, won[0], won[1], won[2]))));
        return all;
    }
}
