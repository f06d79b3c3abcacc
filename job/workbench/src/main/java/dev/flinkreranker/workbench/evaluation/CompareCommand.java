package dev.flinkreranker.workbench.evaluation;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
            "Compare two TREC runs.",
            "Without judgments: how much the order changed. With --qrels also: which run is better,"
                    + " and whether the difference is more than chance."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a --fail-if condition holds", "2:bad input or usage"},
        footerHeading = "%nFigures for --fail-if:%n",
        footer = {
            "  overlap@K, rbo, tau, changed_top1; with --qrels also ndcg@10 (mean B - A),",
            "  ndcg@10.low and .high (its 95 %% interval), .p (t-test), .a, .b (the means),",
            "  and so on for every measure.",
            "",
            "Examples:",
            "  ./rerank compare before.run after.run",
            "  ./rerank compare before.run after.run --qrels qrels/test.tsv \\",
            "      --fail-if 'ndcg@10 < -0.01'"
        })
public final class CompareCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A.run", description = "The run compared with.")
    private Path fileA;

    @Parameters(index = "1", paramLabel = "B.run", description = "The run in question.")
    private Path fileB;

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

    @Override
    public Integer call() throws IOException {
        if (depth < 1) {
            throw new ParameterException(spec.commandLine(), "--depth must be at least 1");
        }
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
