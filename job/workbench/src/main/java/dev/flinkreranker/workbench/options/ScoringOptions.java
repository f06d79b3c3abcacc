package dev.flinkreranker.workbench.options;

import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The knobs of a forward pass. */
public final class ScoringOptions {

    /** An option that is on or off. */
    enum Switch {
        OFF,
        ON
    }

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

    @Option(
            names = "--head-selection",
            paramLabel = "MODE",
            defaultValue = "positional",
            converter = KebabCase.OfHeadSelection.class,
            description =
                    "Which head scores a cutoff of the lightweight model. positional: as the"
                            + " reference does; by-layer: the one trained for the layer (default:"
                            + " ${DEFAULT-VALUE}).")
    private HeadSelection headSelection;

    @Option(
            names = "--attention-softcap",
            paramLabel = "on|off",
            defaultValue = "off",
            converter = KebabCase.OfSwitch.class,
            description =
                    "Cap attention logits as Gemma 2 intends; off is what the reference's users"
                            + " get (default: ${DEFAULT-VALUE}).")
    private Switch attentionSoftcap;

    public ScoringSettings settings() {
        return new ScoringSettings(
                cutoffLayers,
                compressRatio,
                compressLayers,
                headSelection,
                attentionSoftcap == Switch.ON);
    }
}
