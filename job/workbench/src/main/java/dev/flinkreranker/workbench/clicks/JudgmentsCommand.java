package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.workbench.replay.input.ProblemLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Relevance judgments made of people's clicks. */
@Command(
        name = "judgments",
        mixinStandardHelpOptions = true,
        description = {
            "Make relevance judgments of clicks.",
            "Events are joined to results by the request's id. A position-based click model tells"
                    + " how much of a click is the rank and how much the document."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage, or nothing can be judged"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank judgments --events 'events/*.jsonl.gz' --results results.jsonl \\",
            "      --out clicks",
            "  ./rerank judgments --events-topic ubi_events --results-topic results \\",
            "      --from 2026-01-01T00:00:00Z --bootstrap-servers kafka:9092 --out clicks",
            "  ./rerank replay --log requests.jsonl --config new.yaml \\",
            "      --qrels clicks/judgments.qrels --out replay-clicks"
        })
public final class JudgmentsCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ClickOptions clicks;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Where the judgments are written, and copies of topics.")
    private Path out;

    @Option(
            names = "--grades",
            split = ",",
            paramLabel = "SHARE",
            defaultValue = "0.1,0.2,0.4",
            description =
                    "Relevance from which a document has grade 1, 2 and so on; ascending. Relevance"
                            + " is the share of views that would be clicked at the most examined"
                            + " rank. Default: ${DEFAULT-VALUE}.")
    private List<Double> grades;

    @Option(
            names = "--min-views",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Views without which a document is not judged. Default: ${DEFAULT-VALUE}.")
    private long minViews;

    @Override
    public Integer call() throws IOException {
        check();
        Path input = Files.createDirectories(out.resolve("input"));
        List<Path> events = clicks.events(input);
        List<Path> results = clicks.results(input);
        ClickCounts counts = new ClickCounts();
        JoinTally tally;
        try (ProblemLog problems = new ProblemLog(out.resolve("problems.jsonl"))) {
            tally =
                    new ClickJoin(clicks.window(), clicks.shown(), problems::add)
                            .join(events, results, counts::add);
        }
        Judgments judgments = Judgments.of(counts.list(), grades, minViews);
        spec.commandLine().getOut().print(JudgmentsReport.text(tally, judgments, grades));
        spec.commandLine().getOut().flush();
        if (judgments.judged().isEmpty()) {
            throw new IOException(
                    "no document can be judged: of %d results %d were viewed"
                                    .formatted(tally.results(), tally.viewedResults())
                            + "; see --min-views and --window-minutes");
        }
        JudgmentFiles.write(judgments, out);
        return 0;
    }

    private void check() {
        boolean ascending = true;
        for (int i = 0; i < grades.size(); i++) {
            double least = grades.get(i);
            ascending &= least > (i == 0 ? 0 : grades.get(i - 1)) && least <= 1;
        }
        if (!ascending || minViews < 1) {
            throw new IllegalArgumentException(
                    "--grades must ascend between 0 and 1, and --min-views be at least 1");
        }
    }
}
