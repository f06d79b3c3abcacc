package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ConfigurationDraft;
import dev.flinkreranker.workbench.replay.plan.ConfigurationReader;
import dev.flinkreranker.workbench.replay.plan.Grid;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayInput;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say what is tried, and how the work is cut. */
public final class PlanOptions {
    private static final int BLOCK_LINES = 64;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "A configuration to try: YAML with the fields of a tenant, where model is a"
                            + " checkpoint directory, and compute_type, device and an adapter's base"
                            + " beside them; or a stream's whole YAML, whose models and tenants are taken. May"
                            + " be given more than once.")
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
                    "Vary a field over all configurations; layers of a list are joined by +, and"
                            + " each value of stages is a list in brackets. May be given more than"
                            + " once.")
    private List<String> grids = new ArrayList<>();

    @Option(
            names = "--ignore-overrides",
            description =
                    "Leave out what requests set themselves. By default it counts as in the"
                            + " stream: what a configuration's overrides do not name is refused.")
    private boolean ignoresOverrides;

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

    /**
     * The configurations to try.
     *
     * @throws IllegalArgumentException when there are none, or an option is out of its range
     */
    List<ReplayConfiguration> tried() throws IOException {
        checkRanges();
        List<ReplayConfiguration> tried = ConfigurationReader.read(configurations, model, grids());
        if (tried.isEmpty()) {
            throw new IllegalArgumentException("name what to try: --config or --model");
        }
        return tried;
    }

    /**
     * The only configuration to try, before its fields are read.
     *
     * @throws IllegalArgumentException when there are none or several, or an option is out of its
     *     range
     */
    public ConfigurationDraft only() throws IOException {
        checkRanges();
        return ConfigurationReader.only(configurations, model, grids());
    }

    private List<Grid> grids() {
        return grids.stream().map(Grid::parse).toList();
    }

    private void checkRanges() {
        if (parallelism < 1 || batchTokens < 8 || checkpointSeconds < 0.05) {
            throw new IllegalArgumentException(
                    "--parallelism must be at least 1, --batch-tokens 8, --checkpoint-seconds 0.05");
        }
    }

    /**
     * The plan for an input.
     *
     * @throws BadInputException when the input has a problem that is to stop it
     */
    public ReplayPlan plan(ReplayInput from, List<ReplayConfiguration> tried)
            throws IOException, BadInputException {
        if (onProblem == OnProblem.STOP && !from.problems().isEmpty()) {
            throw new BadInputException(from.problems().get(0));
        }
        return new ReplayPlan(
                from.states(),
                from.logs(),
                tried,
                BLOCK_LINES,
                batchTokens,
                parallelism,
                onProblem,
                ownSettings());
    }

    /** Whether what requests set themselves counts. */
    public boolean ownSettings() {
        return !ignoresOverrides;
    }

    /** How often progress is secured. */
    public Duration checkpointInterval() {
        return Duration.ofMillis((long) (checkpointSeconds * 1000));
    }
}
