package dev.flinkreranker.workbench.replay.scoring;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Tells the models whose head depends on how many cutoffs are asked for: the lightweight Gemma 2
 * under {@link HeadSelection#POSITIONAL}, where the first cutoff asked for always gets the first
 * head. Two of its cutoffs in one pass would get other scores than each alone.
 */
final class PositionalHeads {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Model types of all other layerwise models; each cutoff has its own head there. */
    private static final Set<String> BY_LAYER = Set.of("bert", "minicpm", "xlm-roberta", "roberta");

    private PositionalHeads() {}

    static boolean chosenFor(ReplayConfiguration configuration) {
        if (configuration.settings().scoring().headSelection() == HeadSelection.BY_LAYER) {
            return false;
        }
        Path config = configuration.model().path().resolve("config.json");
        try {
            return !BY_LAYER.contains(
                    MAPPER.readTree(config.toFile()).path("model_type").asText(""));
        } catch (IOException e) {
            // Sharing a pass only saves time; without knowing, every cutoff goes alone.
            return true;
        }
    }
}
