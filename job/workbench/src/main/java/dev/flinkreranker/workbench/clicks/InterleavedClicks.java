package dev.flinkreranker.workbench.clicks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What people's clicks say of interleaved results.
 *
 * @param wins one for each tenant and second configuration
 * @param others viewed results that are of one ranking
 * @param join what the join of clicks and results met, for a person
 */
public record InterleavedClicks(List<InterleavedWins> wins, long others, String join) {

    private static final int SHOWN_PROBLEMS = 10;

    /**
     * Joins clicks and results.
     *
     * @param err is told the first lines that cannot be read
     * @throws IOException also when no interleaved result was viewed
     */
    public static InterleavedClicks of(ClickOptions options, PrintWriter err) throws IOException {
        Path copies = Files.createTempDirectory("rerank-clicks-");
        try {
            InterleavedCounts counts = new InterleavedCounts();
            int[] told = new int[1];
            JoinTally tally =
                    new ClickJoin(
                                    options.window(),
                                    options.shown(),
                                    problem -> {
                                        if (told[0]++ < SHOWN_PROBLEMS) {
                                            err.println(problem);
                                        }
                                    })
                            .join(options.events(copies), options.results(copies), counts::add);
            if (tally.problems() > SHOWN_PROBLEMS) {
                err.println("and " + (tally.problems() - SHOWN_PROBLEMS) + " more bad lines");
            }
            if (counts.list().isEmpty()) {
                throw new IOException(
                        ("no interleaved result was viewed: of %d results %d were viewed, %d of one"
                                        + " ranking")
                                .formatted(
                                        tally.results(), tally.viewedResults(), counts.others()));
            }
            return new InterleavedClicks(
                    counts.list(), counts.others(), JudgmentsReport.join(tally));
        } finally {
            delete(copies);
        }
    }

    private static void delete(Path tree) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(tree)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
