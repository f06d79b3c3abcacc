package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.Qrels;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.LineReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Judgments that no request was there for.
 *
 * @param file the judgments; null when there are none
 * @param qrels the same, read
 */
record QrelsProblems(Path file, Qrels qrels) {

    /** One problem per query judged and not replayed, at its first line. */
    List<InputProblem> find(Set<String> replayed) throws IOException {
        Set<String> unknown = new HashSet<>(qrels.queries());
        unknown.removeAll(replayed);
        if (unknown.isEmpty()) {
            return List.of();
        }
        List<InputProblem> problems = new ArrayList<>();
        try (LineReader lines = LineReader.open(file)) {
            while (lines.next() && !unknown.isEmpty()) {
                String line = new String(lines.bytes(), StandardCharsets.UTF_8);
                String query = line.strip().split("\\s+", 2)[0];
                if (unknown.remove(query)) {
                    problems.add(
                            new InputProblem(
                                    file.toString(),
                                    lines.number(),
                                    "query " + query + " was judged but not replayed"));
                }
            }
        }
        return problems;
    }
}
