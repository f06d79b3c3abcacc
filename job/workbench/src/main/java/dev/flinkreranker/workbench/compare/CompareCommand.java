package dev.flinkreranker.workbench.compare;

import dev.flinkreranker.workbench.clicks.ClickOptions;
import dev.flinkreranker.workbench.clicks.InterleavedClicks;
import dev.flinkreranker.workbench.clicks.InterleavedWins;
import dev.flinkreranker.workbench.evaluation.ComparisonOptions;
import dev.flinkreranker.workbench.evaluation.EvaluationOptions;
import dev.flinkreranker.workbench.evaluation.Gate;
import dev.flinkreranker.workbench.evaluation.comparison.OrderComparison;
import dev.flinkreranker.workbench.evaluation.comparison.QualityComparison;
import dev.flinkreranker.workbench.evaluation.measure.Evaluation;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Two runs side by side, with judgments or without. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Compare two TREC runs, or two configurations that were interleaved on live traffic.",
            "Without judgments: how much the order changed. With --qrels also: which run is better,"
                    + " and whether the difference is more than chance. With --interleaved: whose"
                    + " documents people clicked."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a --fail-if condition holds", "2:bad input or usage"},
        footerHeading = "%nFigures for --fail-if:%n",
        footer = {
            "  overlap@K, rbo, tau, changed_top1; with --qrels also ndcg@10 (mean B - A),",
            "  ndcg@10.low and .high (its 95 %% interval), .p (t-test), .a, .b (the means),",
            "  and so on for every measure. With --interleaved, of every tenant: share_b,",
            "  share_b.low, .high, .p, requests, wins_a, ties, wins_b.",
            "",
            "Examples:",
            "  ./rerank compare before.run after.run",
            "  ./rerank compare before.run after.run --qrels qrels/test.tsv \\",
            "      --fail-if 'ndcg@10 < -0.01'",
            "  ./rerank compare --interleaved --results results.jsonl --events clicks.jsonl"
        })
public final class CompareCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "A.run",
            description = "The run compared with.")
    private Path fileA;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "B.run",
            description = "The run in question.")
    private Path fileB;

    @Option(
            names = "--interleaved",
            description =
                    "Compare by people's clicks on interleaved results: --results and --events, in"
                            + " place of runs.")
    private boolean interleaved;

    @Option(
            names = "--depth",
            paramLabel = "K",
            defaultValue = "10",
            description = "Ranks for the overlap. Default: ${DEFAULT-VALUE}.")
    private int depth;

    @Option(
            names = {"-q", "--per-query"},
            description = "Show the differences of every query too.")
    private boolean perQuery;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Mixin private ComparisonOptions comparing;

    @Mixin private ClickOptions clicks;

    @Override
    public Integer call() throws IOException {
        if (depth < 1) {
            throw new ParameterException(spec.commandLine(), "--depth must be at least 1");
        }
        if (interleaved == (fileA != null || fileB != null) || !interleaved && fileB == null) {
            throw new ParameterException(
                    spec.commandLine(), "name two runs, or --interleaved and no run");
        }
        return interleaved ? compareClicks() : compareRuns();
    }

    private int compareClicks() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        InterleavedClicks counted = InterleavedClicks.of(clicks, err);
        List<Gate> failed = new ArrayList<>();
        for (InterleavedWins wins : counted.wins()) {
            Map<String, Double> figures = InterleavedReport.figures(wins);
            List<Gate> own = comparing.failed(figures);
            if (!own.isEmpty()) {
                err.println(wins.tenant() + ", " + wins.name() + ":");
            }
            EvaluationOptions.report(own, figures, err);
            failed.addAll(own);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(InterleavedReport.json(counted, failed));
        } else {
            out.print(InterleavedReport.text(counted));
        }
        out.flush();
        return failed.isEmpty() ? 0 : 1;
    }

    private int compareRuns() throws IOException {
        Run a = comparing.run(fileA);
        Run b = comparing.run(fileB);
        OrderComparison order = OrderComparison.of(a, b, depth);
        QualityComparison quality =
                comparing.qrels() == null
                        ? null
                        : quality(a, b, QrelsReader.read(comparing.qrels()));
        Map<String, Double> figures = new LinkedHashMap<>(order.figures());
        if (quality != null) {
            figures.putAll(quality.figures());
        }
        List<Gate> failed = comparing.failed(figures);

        ComparisonReport report =
                new ComparisonReport(fileA + " (" + a.tag() + ")", fileB + " (" + b.tag() + ")");
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json(order, quality, perQuery, failed));
        } else {
            out.print(report.text(order, quality, perQuery));
        }
        out.flush();
        EvaluationOptions.report(failed, figures, spec.commandLine().getErr());
        return failed.isEmpty() ? 0 : 1;
    }

    private QualityComparison quality(Run a, Run b, Qrels qrels) {
        List<Measure> wanted = comparing.measures();
        return QualityComparison.of(
                Evaluation.of(a, qrels, wanted, Evaluation.Averaging.RANKED),
                Evaluation.of(b, qrels, wanted, Evaluation.Averaging.RANKED),
                comparing.seed());
    }
}
