package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.workbench.evaluation.ComparisonOptions;
import dev.flinkreranker.workbench.evaluation.EvaluationOptions;
import dev.flinkreranker.workbench.evaluation.Gate;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.plan.ConfigurationReader;
import dev.flinkreranker.workbench.replay.plan.Grid;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayInput;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.BadInputException;
import dev.flinkreranker.workbench.replay.scoring.ReplayFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
            "      --results-topic shadow-results --out shadow"
        })
public final class ReplayCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private InputOptions input;

    @Mixin private PublicationOptions publishing;

    @Mixin private TeacherOptions teaching;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Where everything is written.")
    private Path out;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "A configuration to try: YAML with the fields of a tenant, where model is a"
                            + " checkpoint directory, and compute_type and device beside them."
                            + " May be given more than once.")
    private List<Path> configurations = new ArrayList<>();

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A checkpoint directory to try with every default.")
    private Path model;

    @Option(
            names = "--grid",
            paramLabel = "FIELD=VALUE,VALUE",
            description =
                    "Vary a field over all configurations; the elements of a list are joined by"
                            + " +. May be given more than once.")
    private List<String> grids = new ArrayList<>();

    @Option(
            names = "--baseline",
            paramLabel = "NAME",
            description =
                    "What the others are compared with. Default: live where there are answers of"
                            + " production, else first-stage.")
    private String baseline;

    @Option(
            names = "--on-error",
            paramLabel = "WHAT",
            defaultValue = "skip",
            description = "At a bad line: skip (count and list it) or stop.")
    private OnProblem onProblem;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description =
                    "Blocks of requests under way side by side. Default: the processors, at most 4.")
    private int parallelism = Math.min(4, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--batch-tokens",
            paramLabel = "N",
            defaultValue = "8192",
            description = "Most tokens in a call of the model. Default: ${DEFAULT-VALUE}.")
    private int batchTokens;

    @Option(
            names = "--checkpoint-seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "How often progress is secured. Default: ${DEFAULT-VALUE}.")
    private double checkpointSeconds;

    @Option(names = "--title", paramLabel = "TEXT", description = "Heading of the report.")
    private String title;

    @Mixin private ComparisonOptions comparing;

    private static final int BLOCK_LINES = 64;

    /** What the system says of a full disk. */
    private static final String FULL = "No space left on device";

    @Override
    public Integer call() throws Exception {
        try {
            return replay();
        } catch (IOException | ReplayFailedException e) {
            if (e.getMessage() != null && e.getMessage().contains(FULL)) {
                // The system names no file.
                throw new IOException(
                        "%s: %s; make room and run the same command again, it goes on where it was"
                                .formatted(out, FULL),
                        e);
            }
            throw e;
        }
    }

    private int replay() throws Exception {
        if (parallelism < 1 || batchTokens < 8 || checkpointSeconds < 0.05) {
            throw new IllegalArgumentException(
                    "--parallelism must be at least 1, --batch-tokens 8, --checkpoint-seconds 0.05");
        }
        ReplayDirectory directory = new ReplayDirectory(out);
        List<ReplayConfiguration> tried =
                ConfigurationReader.read(
                        configurations, model, grids.stream().map(Grid::parse).toList());
        if (tried.isEmpty()) {
            throw new IllegalArgumentException("name what to try: --config or --model");
        }
        teaching.check(tried);
        InputOptions.Chosen chosen = input.choose(directory, publishing.kafka(), comparing.qrels());
        ReplayInput from = chosen.input();
        if (onProblem == OnProblem.STOP && !from.problems().isEmpty()) {
            throw new BadInputException(from.problems().get(0));
        }
        ReplayPlan plan =
                new ReplayPlan(
                        from.states(),
                        from.logs(),
                        tried,
                        BLOCK_LINES,
                        batchTokens,
                        parallelism,
                        onProblem);
        if (directory.adopt(plan)) {
            spec.commandLine().getErr().println("going on with the replay in " + directory.root());
        }
        publishing.check(directory);
        long start = System.nanoTime();
        ReplayEvaluation.Answer answer =
                new Replay(
                                plan,
                                directory,
                                checkpoint -> ModelOpener.checkpoints().open(checkpoint),
                                Duration.ofMillis((long) (checkpointSeconds * 1000)))
                        .run(question(chosen), from.problems());
        report(answer, directory, (System.nanoTime() - start) / 1e9);
        teaching.write(plan, directory, spec.commandLine().getErr());
        publishing.publish(
                directory, tried, answer.data().queryCount(), spec.commandLine().getErr());
        return failed(answer) ? 1 : 0;
    }

    private ReplayEvaluation.Question question(InputOptions.Chosen chosen) {
        Path name = out.toAbsolutePath().normalize().getFileName();
        String usual =
                chosen.live().isEmpty()
                        ? ReplayConfiguration.FIRST_STAGE
                        : ReplayConfiguration.LIVE;
        return new ReplayEvaluation.Question(
                chosen.qrels(),
                chosen.live(),
                comparing.measures(),
                baseline != null ? baseline : usual,
                comparing.seed(),
                title != null ? title : "Replay " + (name == null ? "" : name));
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
                    "%,d input lines were not replayed: see %s%n",
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
