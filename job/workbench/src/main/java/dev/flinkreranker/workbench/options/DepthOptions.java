package dev.flinkreranker.workbench.options;

import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How deep a forward pass goes and what it compresses on the way: the knobs of its cost. */
public class DepthOptions {

    @Option(
            names = "--cutoff-layers",
            split = ",",
            paramLabel = "N",
            description =
                    "Layers to score at, ascending, for models with heads at several (default: the"
                            + " last). Layers above the deepest do not run.")
    private List<Integer> cutoffLayers = new ArrayList<>();

    @Option(
            names = "--compress-ratio",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How many neighbouring passage tokens become one (default: ${DEFAULT-VALUE}).")
    private int compressRatio;

    @Option(
            names = "--compress-layers",
            split = ",",
            paramLabel = "N",
            description = "Layers before which that happens, ascending.")
    private List<Integer> compressLayers = new ArrayList<>();

    /** With the reference's own choice of heads. */
    public ScoringSettings settings() {
        return settings(HeadSelection.POSITIONAL, false);
    }

    final ScoringSettings settings(HeadSelection heads, boolean attentionSoftcap) {
        return new ScoringSettings(
                cutoffLayers, compressRatio, compressLayers, heads, attentionSoftcap);
    }
}
