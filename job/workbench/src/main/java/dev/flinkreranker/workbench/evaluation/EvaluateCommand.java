package dev.flinkreranker.workbench.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.evaluation.measure.Evaluation;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Quality of one run under relevance judgments. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Measure the quality of a TREC run under relevance judgments.",
            "The figures equal those of trec_eval to the last digit."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a --fail-if condition holds", "2:bad input or usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank evaluate --run bm25.run --qrels qrels/test.tsv",
            "  ./rerank evaluate --run reranked.run --baseline bm25.run --qrels qrels/test.tsv \\",
            "      --measure ndcg@10,recall@100 --fail-if 'ndcg@10 < 0.7'",
            "  ./rerank evaluate --run <(zcat dl19.run.gz) --qrels dl19.qrels -l 2 \\",
            "      --measure 'nDCG@10,AP,RR@10,R@100'"
        })
public final class EvaluateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--run",
            required = true,
            paramLabel = "FILE",
            description =
                    "The run: TREC's six columns (query Q0 passage rank score tag), fewer (query"
                            + " passage rank or score), or JSON; plain, gzip or Zstandard, - for"
                            + " standard input.")
    private Path runFile;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "A run to show beside it, such as the first stage.")
    private @Nullable Path baselineFile;

    @Option(
            names = {"-c", "--complete"},
            description =
                    "Average over all judged queries, with 0 for those that the run lacks"
                            + " (trec_eval -c).")
    private boolean complete;

    @Option(
            names = {"-q", "--per-query"},
            description = "Show every query too.")
    private boolean perQuery;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Mixin private EvaluationOptions evaluating;

    @Override
    public Integer call() throws IOException {
        if (evaluating.qrels() == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: --qrels");
        }
        Qrels qrels = QrelsReader.read(evaluating.qrels());
        Run run = evaluating.run(runFile);
        Evaluation evaluation = evaluate(run, qrels);
        Evaluation baseline =
                baselineFile == null ? null : evaluate(evaluating.run(baselineFile), qrels);
        Map<String, Double> figures = evaluation.figures();
        List<Gate> failed = evaluating.failed(figures);

        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(run, evaluation, baseline, failed));
        } else {
            out.print(text(run, evaluation, baseline));
        }
        out.flush();
        EvaluationOptions.report(failed, figures, spec.commandLine().getErr());
        return failed.isEmpty() ? 0 : 1;
    }

    private Evaluation evaluate(Run run, Qrels qrels) {
        Evaluation evaluation =
                Evaluation.of(
                        run,
                        qrels,
                        evaluating.measures(),
                        complete ? Evaluation.Averaging.COMPLETE : Evaluation.Averaging.RANKED);
        if (evaluation.perQuery().isEmpty()) {
            throw new IllegalArgumentException(
                    "no query of the run is judged: is "
                            + evaluating.qrels()
                            + " the qrels file of "
                            + runFile
                            + "?");
        }
        return evaluation;
    }

    private String text(Run run, Evaluation evaluation, @Nullable Evaluation baseline) {
        Evaluation.Counts counts = evaluation.counts();
        StringBuilder text = new StringBuilder();
        text.append("run      ").append(runFile).append(" (").append(run.tag()).append(")\n");
        text.append("qrels    ").append(evaluating.qrels()).append('\n');
        text.append(
                "queries  %d evaluated; %d in the run, %d judged, %d judged but not in the run\n\n"
                        .formatted(
                                counts.evaluated(),
                                counts.inRun(),
                                counts.inQrels(),
                                counts.missingInRun()));
        TextTable table =
                baseline == null
                        ? new TextTable("measure", "value")
                        : new TextTable("measure", "baseline", "run", "difference");
        for (Measure measure : evaluation.measures()) {
            double value = evaluation.mean(measure);
            if (baseline == null) {
                table.row(measure.toString(), FourDigits.format(value));
            } else {
                double before = baseline.mean(measure);
                table.row(
                        measure.toString(),
                        FourDigits.format(before),
                        FourDigits.format(value),
                        FourDigits.format(value - before));
            }
        }
        text.append(table);
        if (perQuery) {
            text.append('\n').append(perQueryTable(evaluation));
        }
        return text.toString();
    }

    private static TextTable perQueryTable(Evaluation evaluation) {
        List<String> names = evaluation.measures().stream().map(Measure::toString).toList();
        TextTable table = new TextTable(cells("query", names));
        evaluation
                .perQuery()
                .forEach(
                        (query, values) ->
                                table.row(
                                        cells(
                                                query,
                                                values.values().stream()
                                                        .map(FourDigits::format)
                                                        .toList())));
        return table;
    }

    private static String[] cells(String first, List<String> others) {
        String[] cells = new String[others.size() + 1];
        cells[0] = first;
        for (int i = 0; i < others.size(); i++) {
            cells[i + 1] = others.get(i);
        }
        return cells;
    }

    private ObjectNode json(
            Run run, Evaluation evaluation, @Nullable Evaluation baseline, List<Gate> failed) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("run", runFile.toString());
        root.put("tag", run.tag());
        root.put("qrels", evaluating.qrels().toString());
        Evaluation.Counts counts = evaluation.counts();
        root.putObject("queries")
                .put("evaluated", counts.evaluated())
                .put("in_run", counts.inRun())
                .put("in_qrels", counts.inQrels())
                .put("missing_in_run", counts.missingInRun())
                .put("without_judgments", counts.withoutJudgments());
        evaluation.figures().forEach(root.putObject("measures")::put);
        if (baseline != null) {
            baseline.figures().forEach(root.putObject("baseline")::put);
        }
        if (perQuery) {
            ObjectNode queries = root.putObject("per_query");
            evaluation
                    .perQuery()
                    .forEach(
                            (query, values) -> {
                                ObjectNode node = queries.putObject(query);
                                values.forEach(
                                        (measure, value) -> node.put(measure.toString(), value));
                            });
        }
        ArrayNode conditions = root.putArray("failed");
        failed.forEach(gate -> conditions.add(gate.toString()));
        return root;
    }
}
