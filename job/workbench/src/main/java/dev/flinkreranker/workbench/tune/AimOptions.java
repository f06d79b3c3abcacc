package dev.flinkreranker.workbench.tune;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is wanted of the cascade. */
final class AimOptions {
    private static final double DEFAULT_LOSS = 0.01;

    @Option(
            names = "--tolerate",
            paramLabel = "LOSS",
            description =
                    "Find the fewest operations that lose at most so much of the headline measure"
                            + " against the full model. Default: "
                            + DEFAULT_LOSS
                            + ".")
    private @Nullable Double tolerated;

    @Option(
            names = "--budget",
            paramLabel = "SHARE",
            description =
                    "Find the best for at most this share of the full model's operations over all"
                            + " candidates, such as 0.25.")
    private @Nullable Double budget;

    /**
     * What was asked for.
     *
     * @throws IllegalArgumentException when both are, or a number is out of its range
     */
    Aim aim() {
        if (tolerated != null && budget != null) {
            throw new IllegalArgumentException("name one of --tolerate and --budget");
        }
        if (tolerated != null && !(tolerated >= 0)) {
            throw new IllegalArgumentException("--tolerate must be at least 0");
        }
        if (budget != null && !(budget > 0 && budget <= 1)) {
            throw new IllegalArgumentException("--budget must be above 0 and at most 1");
        }
        return budget != null
                ? new Aim.Budget(budget)
                : new Aim.Tolerate(tolerated == null ? DEFAULT_LOSS : tolerated);
    }
}
