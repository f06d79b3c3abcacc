package dev.flinkreranker.workbench.options;

import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import picocli.CommandLine.Option;

/** All knobs of a forward pass. */
public final class ScoringOptions extends DepthOptions {

    /** An option that is on or off. */
    enum Switch {
        OFF,
        ON
    }

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

    @Override
    public ScoringSettings settings() {
        return settings(headSelection, attentionSoftcap == Switch.ON);
    }
}
