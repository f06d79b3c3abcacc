package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.result.TeamDraft.Team;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Whose ranking the documents of an interleaved result come from.
 *
 * @param name of the second configuration, B; A is the tenant's own
 * @param model alias of B's model
 * @param teams of the documents, in the order of the result
 */
@Internal
public record InterleavedTeams(String name, String model, List<Team> teams) {

    /** Copies the teams. */
    public InterleavedTeams {
        teams = List.copyOf(teams);
    }
}
