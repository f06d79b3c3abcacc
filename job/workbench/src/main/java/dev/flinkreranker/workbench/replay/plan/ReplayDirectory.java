package dev.flinkreranker.workbench.replay.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a replay writes. Everything but {@code .replay} is for people:
 *
 * <pre>
 * runs/NAME.trec      one TREC run per configuration, and first-stage.trec
 * results/NAME.jsonl  one line per request
 * problems.jsonl      the input lines that were not replayed, and requests without a result
 * summary.json        counts, measures, comparisons; as all above a function of the input alone
 * timing.json         seconds and latencies of this machine
 * report.html         all of it, to look at
 * input/              the request log made of a collection or a topic
 * .replay/            rounds of scoring; what was published
 * </pre>
 */
public final class ReplayDirectory {
    private final Path root;

    public ReplayDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    public Path root() {
        return root;
    }

    public Path run(String name) {
        return root.resolve("runs").resolve(name + ".trec");
    }

    public Path result(String name) {
        return root.resolve("results").resolve(name + ".jsonl");
    }

    public Path file(String name) {
        return root.resolve(name);
    }

    /** A log made of other input; the file may not be there yet. */
    Path input(String name) throws IOException {
        return inputs().resolve(name);
    }

    /** Where such logs are; exists. */
    public Path inputs() throws IOException {
        return Files.createDirectories(root.resolve("input"));
    }

    /** The rounds of scoring, the oldest first. */
    public List<ReplayRound> rounds() throws IOException {
        List<ReplayRound> rounds = new ArrayList<>();
        for (int i = 1; ReplayRound.isIn(round(i)); i++) {
            rounds.add(ReplayRound.read(round(i)));
        }
        return rounds;
    }

    /** The rounds that score configurations of a plan. */
    public List<ReplayRound> rounds(ReplayPlan plan) throws IOException {
        return rounds().stream()
                .filter(
                        round ->
                                plan.configurations().stream()
                                        .anyMatch(wanted -> round.indexOf(wanted) >= 0))
                .toList();
    }

    /**
     * Makes this the directory of the plan, or finds it so. Configurations that it has not scored
     * become a round of their own.
     *
     * @return whether a replay of the same input was here before
     * @throws IOException when the directory holds a replay of other input
     */
    public boolean adopt(ReplayPlan plan) throws IOException {
        List<ReplayRound> rounds = rounds();
        for (ReplayRound round : rounds) {
            if (!round.plan().with(plan.configurations()).equals(plan)) {
                throw new IOException(
                        root
                                + " holds a replay of other input, or cut otherwise (--on-error,"
                                + " --parallelism, --batch-tokens); name another directory, or"
                                + " remove it");
            }
        }
        List<ReplayConfiguration> fresh =
                plan.configurations().stream()
                        .filter(
                                configuration ->
                                        rounds.stream().allMatch(r -> r.indexOf(configuration) < 0))
                        .toList();
        if (!fresh.isEmpty()) {
            ReplayRound.begin(plan.with(fresh), round(rounds.size() + 1));
        }
        return !rounds.isEmpty();
    }

    private Path round(int number) {
        return work().resolve("rounds").resolve(Integer.toString(number));
    }

    /** Where it is kept what of a plan's results was published; exists. */
    public Path publication(ReplayPlan plan) throws IOException {
        return Files.createDirectories(work().resolve("publications").resolve(plan.fingerprint()));
    }

    /** Where a replay keeps what only concerns itself; exists once a plan was adopted. */
    private Path work() {
        return root.resolve(".replay");
    }
}
