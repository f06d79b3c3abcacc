package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.workbench.evaluation.ComparisonOptions;
import dev.flinkreranker.workbench.evaluation.EvaluationOptions;
import dev.flinkreranker.workbench.evaluation.Gate;
import dev.flinkreranker.workbench.evaluation.trec.RunReader;
import dev.flinkreranker.workbench.replay.input.CollectionFolders;
import dev.flinkreranker.workbench.replay.input.TrecCollection;
import dev.flinkreranker.workbench.replay.outcome.CollectionTable;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.outcome.ReplaySummary;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayInput;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replays logged or judged queries under several configurations at once. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Rerank a log or a test collection under several configurations in one pass, compare"
                    + " them, and write runs, results and a report.",
            "The same command goes on where a killed one was. The same input gives the same bytes."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a --fail-if condition holds for a configuration",
            "2:bad input or usage"
        },
        footerHeading = "%nFigures for --fail-if, of each configuration against the baseline:%n",
        footer = {
            "  overlap@10, rbo, tau, changed_top1; with judgments also ndcg@10 (mean difference),",
            "  ndcg@10.low and .high (its 95 %% interval), .p (t-test), .a, .b (the means),",
            "  and so on for every measure.",
            "",
            "Examples:",
            "  ./rerank replay --collection scifact --model models/scifact-minilm-layerwise \\",
            "      --grid cutoff_layers=3,4,5,6 --out replay-scifact",
            "  ./rerank replay --log 'logs/*.jsonl.gz' --config today.yaml --config new.yaml \\",
            "      --baseline today --fail-if 'changed_top1 > 0.3' --out shadow",
            "  ./rerank replay --topic results --from 2026-01-31T12:00:00Z \\",
            "      --bootstrap-servers kafka:9092 --config new.yaml --out shadow",
            "  ./rerank replay --topic requests --job stream.yaml --config new.yaml \\",
            "      --results-topic shadow-results --out shadow",
            "  ./rerank replay --collections beir/scifact beir/cqadupstack miracl/* --model MODEL \\",
            "      --leave-out-self --out tables"
        })
public final class ReplayCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private InputOptions input;

    @Option(
            names = "--collections",
            arity = "1..*",
            paramLabel = "DIR",
            description =
                    "Several collections, each replayed into a folder of its own, and one table of"
                            + " them all (tables.md, tables.json). A folder of collections, such as"
                            + " CQADupStack's, is one column: the mean of its members.")
    private List<Path> collections = new ArrayList<>();

    @Mixin private LiveOptions answering;

    @Mixin private PublicationOptions publishing;

    @Mixin private TeacherOptions teaching;

    @Mixin private OutputOptions output;

    @Mixin private PlanOptions planning;

    @Option(
            names = "--baseline",
            paramLabel = "NAME",
            description =
                    "What the others are compared with. Default: live where there are answers of"
                            + " production, else first-stage.")
    private @Nullable String baseline;

    @Option(
            names = "--tolerate",
            paramLabel = "LOSS",
            defaultValue = "0.01",
            description =
                    "Loss of the headline measure that is put up with for a cheaper configuration."
                            + " Default: ${DEFAULT-VALUE}.")
    private double tolerated;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Requests a second, to tell what a decision saves. Default: the rate of the"
                            + " topic's records.")
    private @Nullable Double rate;

    @Mixin private ComparisonOptions comparing;

    @Override
    public Integer call() throws Exception {
        return output.writing(this::replay);
    }

    private int replay() throws Exception {
        if (tolerated < 0 || rate != null && !(rate > 0)) {
            throw new IllegalArgumentException(
                    "--tolerate must be at least 0, and --rate more than 0");
        }
        List<ReplayConfiguration> tried = planning.tried();
        teaching.check(tried, planning.ownSettings());
        if (!collections.isEmpty()) {
            return replayCollections(tried);
        }
        ReplayDirectory directory = new ReplayDirectory(output.directory());
        InputOptions.Chosen chosen =
                input.choose(
                        directory,
                        publishing.kafka(),
                        comparing.qrels(),
                        comparing.leavesOutSelf());
        List<Path> live = answering.files(directory, publishing.kafka());
        return failed(
                        replay(
                                directory,
                                chosen,
                                live.isEmpty() ? chosen.input().answers() : live,
                                tried))
                ? 1
                : 0;
    }

    private int replayCollections(List<ReplayConfiguration> tried) throws Exception {
        if (input.isNamed() || answering.isNamed()) {
            throw new IllegalArgumentException(
                    "--collections takes all it needs from its folders; name no other input");
        }
        if (comparing.qrels() != null || publishing.isAsked() || teaching.isAsked()) {
            throw new IllegalArgumentException(
                    "--qrels, --results-topic and --teacher go with one input, and not with"
                            + " --collections");
        }
        // All of them first, so that what is missing is told before hours of scoring.
        Map<CollectionFolders.Member, TrecCollection> found = new LinkedHashMap<>();
        for (CollectionFolders.Member member : CollectionFolders.of(collections)) {
            found.put(member, input.collection(member.folder(), comparing.leavesOutSelf()));
        }
        CollectionTable table = new CollectionTable();
        boolean failed = false;
        for (Map.Entry<CollectionFolders.Member, TrecCollection> one : found.entrySet()) {
            TrecCollection collection = one.getValue();
            spec.commandLine().getOut().println(one.getKey().name());
            ReplayDirectory directory =
                    new ReplayDirectory(output.directory().resolve(one.getKey().name()));
            ReplayEvaluation.Answer answer =
                    replay(
                            directory,
                            new InputOptions.Chosen(
                                    ReplayInput.collection(collection, directory),
                                    collection.qrels(),
                                    null),
                            List.of(),
                            tried);
            table.add(
                    one.getKey().group() + "-" + collection.split(),
                    RunReader.read(collection.run()).tag(),
                    answer.data());
            failed |= failed(answer);
        }
        ReplaySummary.write(table.figures(), output.directory().resolve("tables.json"));
        Files.writeString(output.directory().resolve("tables.md"), table.markdown());
        spec.commandLine().getOut().print("\n" + table.headline());
        spec.commandLine().getOut().flush();
        spec.commandLine().getErr().println("tables: " + output.directory().resolve("tables.md"));
        return failed ? 1 : 0;
    }

    private ReplayEvaluation.Answer replay(
            ReplayDirectory directory,
            InputOptions.Chosen chosen,
            List<Path> live,
            List<ReplayConfiguration> tried)
            throws Exception {
        ReplayInput from = chosen.input();
        ReplayPlan plan = planning.plan(from, tried);
        if (directory.adopt(plan)) {
            spec.commandLine().getErr().println("going on with the replay in " + directory.root());
        }
        publishing.check(plan, directory);
        long start = System.nanoTime();
        ReplayEvaluation.Answer answer =
                new Replay(
                                plan,
                                directory,
                                checkpoint -> ModelOpener.checkpoints().open(checkpoint),
                                planning.checkpointInterval())
                        .run(question(chosen, live, directory), from.problems());
        report(answer, directory, (System.nanoTime() - start) / 1e9);
        teaching.write(plan, directory, spec.commandLine().getErr());
        publishing.publish(
                plan, directory, answer.data().queryCount(), spec.commandLine().getErr());
        return answer;
    }

    private ReplayEvaluation.Question question(
            InputOptions.Chosen chosen, List<Path> live, ReplayDirectory directory) {
        Path name = directory.root().getFileName();
        String usual = live.isEmpty() ? ReplayConfiguration.FIRST_STAGE : ReplayConfiguration.LIVE;
        return new ReplayEvaluation.Question(
                chosen.qrels(),
                live,
                comparing.measures(),
                baseline != null ? baseline : usual,
                comparing.seed(),
                output.title("Replay " + (name == null ? "" : name)),
                tolerated,
                rate != null ? rate : chosen.requestsPerSecond());
    }

    private void report(ReplayEvaluation.Answer answer, ReplayDirectory directory, double seconds) {
        PrintWriter text = spec.commandLine().getOut();
        text.print(ReplayPrinter.text(answer.data()));
        text.flush();
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                Locale.ROOT,
                "%,d requests in %.1f s (%,.2f a second)%n",
                answer.data().queryCount(),
                seconds,
                answer.data().queryCount() / seconds);
        if (answer.data().problemCount() > 0) {
            err.printf(
                    Locale.ROOT,
                    "%,d lines were not replayed, or got no result: see %s%n",
                    answer.data().problemCount(),
                    directory.file("problems.jsonl"));
        }
        if (answer.partialAnswers() > 0) {
            err.printf(
                    Locale.ROOT,
                    "%,d live results hold only some of their documents (top_n, min_score): the"
                            + " others follow in the order of the request, or are not replayed"
                            + " where the results are the input%n",
                    answer.partialAnswers());
        }
        err.println("report: " + directory.file("report.html"));
    }

    private boolean failed(ReplayEvaluation.Answer answer) {
        boolean any = false;
        for (Map.Entry<String, Map<String, Double>> entry : answer.figures().entrySet()) {
            List<Gate> failed = comparing.failed(entry.getValue());
            if (!failed.isEmpty()) {
                any = true;
                PrintWriter err = spec.commandLine().getErr();
                err.println(entry.getKey() + ":");
                EvaluationOptions.report(failed, entry.getValue(), err);
            }
        }
        return any;
    }
}
