package dev.flinkreranker.workbench.evaluation;

import dev.flinkreranker.workbench.evaluation.comparison.QualityComparison;
import picocli.CommandLine.Option;

/** The options of every command that compares rankings. */
public final class ComparisonOptions extends EvaluationOptions {

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + QualityComparison.DEFAULT_SEED,
            description = "Seed of the bootstrap. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /** Seed of the bootstrap. */
    public long seed() {
        return seed;
    }
}
