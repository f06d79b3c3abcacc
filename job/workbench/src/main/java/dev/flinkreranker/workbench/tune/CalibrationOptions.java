package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import picocli.CommandLine.Option;

/** The options that say what probabilities are fitted to. */
final class CalibrationOptions {
    @Option(
            names = "--judged-only",
            description =
                    "Fit probabilities to judged candidates alone. By default the others count as"
                            + " not relevant.")
    private boolean judgedOnly;

    @Option(
            names = "--nothing-precision",
            defaultValue = "0.9",
            paramLabel = "SHARE",
            description =
                    "How often it must be right that nothing in a request is relevant. Default:"
                            + " ${DEFAULT-VALUE}.")
    private double precision;

    /**
     * What was asked for.
     *
     * @param measure whose level says what is relevant
     * @throws IllegalArgumentException when the precision is out of its range
     */
    CalibrationTruth truth(Measure measure) {
        if (!(precision > 0 && precision <= 1)) {
            throw new IllegalArgumentException("--nothing-precision must be above 0 and at most 1");
        }
        return new CalibrationTruth(measure.level(), judgedOnly, precision);
    }
}
