package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The knobs of a forward pass that change its cost. */
final class ScoringOptions {

    @Option(names = "--cutoff-layers", split = ",", paramLabel = "N", description = "As in score.")
    private List<Integer> cutoffLayers = new ArrayList<>();

    @Option(
            names = "--compress-ratio",
            paramLabel = "N",
            defaultValue = "1",
            description = "As in score.")
    private int compressRatio;

    @Option(
            names = "--compress-layers",
            split = ",",
            paramLabel = "N",
            description = "As in score.")
    private List<Integer> compressLayers = new ArrayList<>();

    public ScoringSettings settings() {
        return new ScoringSettings(
                cutoffLayers, compressRatio, compressLayers, HeadSelection.POSITIONAL, false);
    }
}
