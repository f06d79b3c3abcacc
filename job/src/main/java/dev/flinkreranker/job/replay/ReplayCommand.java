package dev.flinkreranker.job.replay;

import dev.flinkreranker.job.cli.GateOptions;
import dev.flinkreranker.job.cli.MeasureConverter;
import dev.flinkreranker.job.evaluation.Gate;
import dev.flinkreranker.job.evaluation.Measure;
import dev.flinkreranker.job.evaluation.QualityComparison;
import dev.flinkreranker.job.replay.Replay.Evaluating;
import dev.flinkreranker.job.replay.input.OnProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
            "  ./rerank replay --topic requests --live-topic results --from 2026-01-31T12:00:00Z \\",
            "      --bootstrap-servers kafka:9092 --config new.yaml --baseline live --out shadow"
        })
public final class ReplayCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private InputOptions input;

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
            defaultValue = Contender.FIRST_STAGE,
            description = "What the others are compared with. Default: ${DEFAULT-VALUE}.")
    private String baseline;

    @Option(
            names = {"-m", "--measure"},
            split = ",",
            paramLabel = "NAME",
            converter = MeasureConverter.class,
            description = "Measures, the headline first: ndcg@K, mrr@K, map, recall@K, p@K.")
    private Set<Measure> measures = new LinkedHashSet<>();

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

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + QualityComparison.DEFAULT_SEED,
            description = "Seed of the bootstrap. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--title", paramLabel = "TEXT", description = "Heading of the report.")
    private String title;

    @Mixin private GateOptions gates;

    private static final int BLOCK_LINES = 64;

    @Override
    public Integer call() throws Exception {
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
        InputOptions.Chosen chosen = input.choose(directory);
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
        long start = System.nanoTime();
        Replay.Outcome outcome =
                new Replay(
                                plan,
                                directory,
                                new CheckpointModels(),
                                Duration.ofMillis((long) (checkpointSeconds * 1000)))
                        .run(evaluating(chosen.qrels(), directory), from.problems());
        report(outcome, directory, (System.nanoTime() - start) / 1e9);
        return failed(outcome) ? 1 : 0;
    }

    private Evaluating evaluating(Path qrels, ReplayDirectory directory) throws IOException {
        Path name = out.toAbsolutePath().normalize().getFileName();
        return new Evaluating(
                qrels,
                input.live(directory),
                measures.isEmpty() ? Measure.DEFAULTS : List.copyOf(measures),
                baseline,
                seed,
                title != null ? title : "Replay " + (name == null ? "" : name));
    }

    private void report(Replay.Outcome outcome, ReplayDirectory directory, double seconds) {
        PrintWriter text = spec.commandLine().getOut();
        text.print(ReplayPrinter.text(outcome.data()));
        text.flush();
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                Locale.ROOT,
                "%,d requests in %.1f s (%,.0f a second)%n",
                outcome.data().queryCount(),
                seconds,
                outcome.data().queryCount() / seconds);
        if (outcome.data().problemCount() > 0) {
            err.printf(
                    Locale.ROOT,
                    "%,d input lines were not replayed: see %s%n",
                    outcome.data().problemCount(),
                    directory.file("problems.jsonl"));
        }
        err.println("report: " + directory.file("report.html"));
    }

    private boolean failed(Replay.Outcome outcome) {
        boolean any = false;
        for (Map.Entry<String, Map<String, Double>> entry : outcome.figures().entrySet()) {
            List<Gate> failed = gates.failed(entry.getValue());
            if (!failed.isEmpty()) {
                any = true;
                PrintWriter err = spec.commandLine().getErr();
                err.println(entry.getKey() + ":");
                GateOptions.report(failed, entry.getValue(), err);
            }
        }
        return any;
    }
}
