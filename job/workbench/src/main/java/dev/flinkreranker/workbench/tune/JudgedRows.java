package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.replay.outcome.ReplayRows;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a scored log has for a tuner.
 *
 * @param requests those that were judged, each id once, in the order of the log
 * @param others how many were not judged, or came a second time
 * @param problems how many lines could not be scored
 * @param firstProblem the first of these, with its place; null when there are none
 */
record JudgedRows(
        List<JudgedRequest> requests, long others, long problems, @Nullable String firstProblem) {

    /**
     * Reads the rows of a plan that was scored.
     *
     * @param layers of the plan's configurations, in their order
     */
    static JudgedRows read(
            ReplayPlan plan, ReplayDirectory directory, List<Integer> layers, Qrels qrels)
            throws IOException {
        List<JudgedRequest> requests = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        long others = 0;
        long problems = 0;
        String first = null;
        try (ReplayRows rows = ReplayRows.open(plan, directory)) {
            for (ReplayRow row = rows.next(); row != null; row = rows.next()) {
                if (row.problem() != null) {
                    problems++;
                    first =
                            first != null
                                    ? first
                                    : "%s:%d: %s"
                                            .formatted(
                                                    plan.files().get(row.file()),
                                                    row.line(),
                                                    row.problem());
                } else if (qrels.grades(row.request()).isEmpty() || !seen.add(row.request())) {
                    others++;
                } else {
                    requests.add(JudgedRequest.of(row, layers, qrels));
                }
            }
        }
        return new JudgedRows(List.copyOf(requests), others, problems, first);
    }

    /**
     * Makes sure that there is something to tune on, and something else to measure on.
     *
     * @throws IOException when a half is too small
     */
    void check() throws IOException {
        long inA = requests.stream().filter(request -> Half.of(request.id()) == Half.A).count();
        if (inA < 2 || requests.size() - inA < 2) {
            throw new IOException(
                    "%d of the requests were judged, and each half of them needs at least 2%s"
                            .formatted(
                                    requests.size(),
                                    firstProblem == null ? "" : "; not scored: " + firstProblem));
        }
    }

    /** Whether the first stage scored every candidate. */
    boolean haveFirstStage() {
        return requests.stream().allMatch(JudgedRequest::hasFirstStage);
    }

    /** The most candidates that a request has. */
    int mostCandidates() {
        return requests.stream().mapToInt(request -> request.ids().size()).max().orElse(0);
    }
}
