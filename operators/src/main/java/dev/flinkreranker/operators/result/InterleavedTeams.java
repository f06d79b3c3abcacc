package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.flinkreranker.operators.result.TeamDraft.Team;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Whose ranking the documents of an interleaved result come from.
 *
 * @param name of the second configuration, B; A is the tenant's own
 * @param model alias of B's model
 * @param dtype number format that B's model computed in; null, and absent on the wire, where B
 *     passes through
 * @param calibration version of the calibration that probabilities of B's documents are by; null,
 *     and absent on the wire, where they have none
 * @param teams of the documents, in the order of the result
 */
@Internal
public record InterleavedTeams(
        String name,
        String model,
        @JsonInclude(Include.NON_NULL) @Nullable String dtype,
        @JsonInclude(Include.NON_NULL) @Nullable String calibration,
        List<Team> teams) {

    /** Copies the teams. */
    public InterleavedTeams {
        teams = List.copyOf(teams);
    }
}
