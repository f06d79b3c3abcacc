package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.workbench.evaluation.ComparisonOptions;
import dev.flinkreranker.workbench.evaluation.EvaluationOptions;
import dev.flinkreranker.workbench.evaluation.Gate;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import dev.flinkreranker.workbench.options.KafkaOptions;
import dev.flinkreranker.workbench.replay.InputOptions;
import dev.flinkreranker.workbench.replay.OutputOptions;
import dev.flinkreranker.workbench.replay.PlanOptions;
import dev.flinkreranker.workbench.replay.Replay;
import dev.flinkreranker.workbench.replay.outcome.ReplaySummary;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.report.HtmlReport;
import dev.flinkreranker.workbench.report.TuningData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Finds a tenant's stages on judged requests. */
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        description = {
            "Find the stages of a tenant on judged requests: the fewest operations within a loss,"
                    + " or the best within a cost. Fit probabilities to their scores. Writes the"
                    + " tenant's config and a report.",
            "Every candidate is scored once at every depth; all cascades are tried on these"
                    + " scores. What one half of the queries finds is measured on the other. The"
                    + " same command goes on where a killed one was."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a --fail-if condition holds", "2:bad input or usage"},
        footerHeading = "%nFigures for --fail-if, held out, against the full model:%n",
        footer = {
            "  ndcg@10 (mean difference), ndcg@10.low and .high (its 95 %% interval), or those",
            "  of another headline measure; cost (share of the operations).",
            "",
            "Examples:",
            "  ./rerank tune --collection scifact --model models/scifact-minilm-layerwise \\",
            "      --out tuned",
            "  ./rerank tune --collection scifact --config acme.yaml --budget 0.25 \\",
            "      --out tuned",
            "  ./rerank tune --log 'logs/*.jsonl.gz' --qrels clicks/judgments.qrels \\",
            "      --config acme.yaml --tolerate 0 --measure mrr@10 --out tuned"
        })
public final class TuneCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private InputOptions input;

    @Mixin private KafkaOptions kafka;

    @Mixin private OutputOptions output;

    @Mixin private AimOptions aiming;

    @Mixin private SpaceOptions searching;

    @Mixin private CalibrationOptions calibrating;

    @Mixin private PlanOptions planning;

    @Mixin private ComparisonOptions comparing;

    @Override
    public Integer call() throws Exception {
        return output.writing(this::tune);
    }

    private int tune() throws Exception {
        Aim aim = aiming.aim();
        searching.check();
        CalibrationTruth truth = calibrating.truth(comparing.measures().get(0));
        TunedTenant tenant = TunedTenant.of(planning.only(), planning.ownSettings());
        List<Integer> layers = searching.layers(tenant.heads());
        ReplayDirectory directory = new ReplayDirectory(output.directory());
        InputOptions.Chosen chosen = input(directory);
        Qrels qrels = QrelsReader.read(chosen.qrels());
        ReplayPlan plan = planning.plan(chosen.input(), tenant.at(layers));
        JudgedRows rows = rows(plan, directory, layers, qrels);
        boolean firstStage = rows.haveFirstStage();
        TuningData data =
                new Tuning(
                                tenant,
                                searching.space(
                                        layers, rows.mostCandidates(), tenant.own(), firstStage),
                                aim,
                                rows.requests(),
                                qrels,
                                comparing.measures().get(0),
                                truth,
                                firstStage,
                                comparing.seed())
                        .run(
                                output.title("Tuning " + directory.root().getFileName()),
                                plan.sources().get(0).path());
        write(data, directory);
        tell(data, rows, directory);
        return failed(data) ? 1 : 0;
    }

    private InputOptions.Chosen input(ReplayDirectory directory) throws IOException {
        InputOptions.Chosen chosen =
                input.choose(directory, kafka, comparing.qrels(), comparing.leavesOutSelf());
        if (chosen.qrels() == null) {
            throw new IllegalArgumentException(
                    "no judgments: name them with --qrels; ./rerank judgments makes them from"
                            + " clicks");
        }
        return chosen;
    }

    private JudgedRows rows(
            ReplayPlan plan, ReplayDirectory directory, List<Integer> layers, Qrels qrels)
            throws Exception {
        if (directory.adopt(plan)) {
            spec.commandLine().getErr().println("going on with the scores in " + directory.root());
        }
        new Replay(
                        plan,
                        directory,
                        checkpoint -> ModelOpener.checkpoints().open(checkpoint),
                        planning.checkpointInterval())
                .score();
        JudgedRows rows = JudgedRows.read(plan, directory, layers, qrels);
        rows.check();
        return rows;
    }

    private static void write(TuningData data, ReplayDirectory directory) throws IOException {
        ReplaySummary.write(data, directory.file("tuning.json"));
        Files.writeString(directory.file("tuned.yaml"), data.config());
        HtmlReport.write(data, directory.file("tuning.html"));
    }

    private void tell(TuningData data, JudgedRows rows, ReplayDirectory directory) {
        PrintWriter text = spec.commandLine().getOut();
        text.print(TuningPrinter.text(data));
        text.flush();
        PrintWriter err = spec.commandLine().getErr();
        if (rows.others() > 0) {
            err.printf(
                    Locale.ROOT,
                    "%,d requests were left out: not judged, or there before%n",
                    rows.others());
        }
        if (rows.problems() > 0) {
            err.printf(
                    Locale.ROOT,
                    "%,d lines were not scored, the first: %s%n",
                    rows.problems(),
                    rows.firstProblem());
        }
        err.println("config: " + directory.file("tuned.yaml"));
        err.println("report: " + directory.file("tuning.html"));
    }

    private boolean failed(TuningData data) {
        TuningData.HeldOut heldOut = data.heldOut().get(data.heldOut().size() - 1);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(data.measure(), heldOut.delta());
        figures.put(data.measure() + ".low", heldOut.low());
        figures.put(data.measure() + ".high", heldOut.high());
        figures.put("cost", heldOut.share());
        List<Gate> failed = comparing.failed(figures);
        EvaluationOptions.report(failed, figures, spec.commandLine().getErr());
        return !failed.isEmpty();
    }
}
