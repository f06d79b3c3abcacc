package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.replay.input.InputProblem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judgments that no request was there for.
 *
 * @param file the judgments; null when there are none
 * @param firstLines the first line of each query there, in their order
 */
record QrelsProblems(@Nullable Path file, Map<String, Long> firstLines) {

    /** One problem per query judged and not replayed, at its first line. */
    List<InputProblem> find(Set<String> replayed) {
        List<InputProblem> problems = new ArrayList<>();
        firstLines.forEach(
                (query, line) -> {
                    if (!replayed.contains(query)) {
                        problems.add(
                                new InputProblem(
                                        file.toString(),
                                        line,
                                        "query " + query + " was judged but not replayed"));
                    }
                });
        return problems;
    }
}
