package dev.flinkreranker.runtime.model;

import java.util.List;

/**
 * The knobs of one call that change a score beyond the token ids. Arguments of the program, not
 * other models.
 *
 * @param cutoffLayers layers whose state is scored, ascending and distinct; empty for the deepest
 *     alone
 * @param compressRatio how many neighbouring passage states become one; 1 for no compression
 * @param compressLayers layers before which passage states are merged, ascending and distinct
 * @param headSelection which head scores a cutoff
 * @param attentionSoftcap whether attention logits are soft-capped (the intended Gemma 2; the
 *     reference's default leaves it out)
 */
public record ScoringSettings(
        List<Integer> cutoffLayers,
        int compressRatio,
        List<Integer> compressLayers,
        HeadSelection headSelection,
        boolean attentionSoftcap) {

    private static final ScoringSettings DEFAULTS =
            new ScoringSettings(List.of(), 1, List.of(), HeadSelection.POSITIONAL, false);

    /** Copies the lists. */
    public ScoringSettings {
        cutoffLayers = List.copyOf(cutoffLayers);
        compressLayers = List.copyOf(compressLayers);
    }

    /** All layers, no compression, the reference's choices. */
    public static ScoringSettings defaults() {
        return DEFAULTS;
    }

    /**
     * The layers before which states are merged, of those that run; nothing is merged before layer
     * 0.
     *
     * @param first the first layer that runs
     * @param end the layer with which a pass ends
     */
    List<Integer> merges(int first, int end) {
        return compressRatio > 1
                ? compressLayers.stream()
                        .filter(layer -> layer > 0 && layer >= first && layer < end)
                        .toList()
                : List.of();
    }
}
