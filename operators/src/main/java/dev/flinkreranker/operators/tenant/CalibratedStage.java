package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.StrictReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * A stage as far as the scores and the documents of the last one depend on it.
 *
 * @param model fingerprint of its weights, as {@code ./rerank model inspect} prints it
 * @param settings those that are not the default, with their values: {@code cutoff_layers [4], keep
 *     5}
 */
@PublicEvolving
public record CalibratedStage(@Nullable String model, @Nullable String settings)
        implements Serializable {

    private static final List<String> OF_SCORES =
            List.of(
                    "cutoff_layers",
                    "compress_ratio",
                    "compress_layers",
                    "head_selection",
                    "attention_softcap",
                    "max_length",
                    "query_max_length",
                    "truncation",
                    "truncation_side",
                    "prompt",
                    "query_instruction",
                    "passage_instruction",
                    "special_tokens");

    /** What decides, besides, who goes on. */
    private static final List<String> OF_CUTS =
            List.of("fusion", "fusion_weight", "fusion_k", "normalize", "normalize_as_declared");

    private static final Set<String> FREE_TEXTS =
            Set.of("prompt", "query_instruction", "passage_instruction");

    /** A longer one is told by its hash. */
    private static final int LONGEST_TEXT = 60;

    /**
     * The stages of settings, whose models are told by their aliases.
     *
     * @param settings complete
     */
    @Internal
    public static List<CalibratedStage> of(RerankSettings settings) {
        List<CalibratedStage> stages = new ArrayList<>();
        for (Stage stage : settings.cascade()) {
            StringJoiner text = new StringJoiner(", ");
            if (stages.isEmpty()) {
                addCandidates(settings, text);
            }
            ObjectNode own = StrictReader.tree(stage.settings());
            ObjectNode defaults = defaults(own.get("model"));
            add(OF_SCORES, own, defaults, text);
            Stage.Cut cut = stage.cut();
            if (cut != null) {
                add(OF_CUTS, own, defaults, text);
                add(List.of("keep", "margin", "min_score"), StrictReader.tree(cut), null, text);
            }
            stages.add(new CalibratedStage(stage.settings().model(), text.toString()));
        }
        return stages;
    }

    private static void addCandidates(RerankSettings settings, StringJoiner text) {
        int most = settings.scoredOf(Integer.MAX_VALUE);
        if (settings.choosesByFirstStage() && settings.maxCandidates() != null) {
            text.add("max_candidates " + settings.maxCandidates());
        }
        if (most < Integer.MAX_VALUE) {
            text.add(most + (settings.choosesByFirstStage() ? " by first_stage" : " by given"));
        }
    }

    private static ObjectNode defaults(JsonNode model) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.set("model", model);
        return StrictReader.tree(StrictReader.read(fields, RerankSettings.class, ""));
    }

    private static void add(
            List<String> names, ObjectNode own, @Nullable ObjectNode defaults, StringJoiner text) {
        for (String name : names) {
            JsonNode value = own.get(name);
            if (!value.isNull() && (defaults == null || !value.equals(defaults.get(name)))) {
                text.add(name + " " + text(name, value));
            }
        }
    }

    private static String text(String name, JsonNode value) {
        if (value.isDouble()) {
            // Double.toString is not always the shortest before JDK 19.
            return NumberOutput.toString(value.doubleValue(), true);
        }
        if (!value.isTextual()) {
            return value.toString();
        }
        if (!FREE_TEXTS.contains(name)) {
            return value.textValue().toLowerCase(Locale.ROOT);
        }
        return value.textValue().length() <= LONGEST_TEXT
                ? "'" + value.textValue() + "'"
                : "sha256 " + Calibration.hash(value.textValue());
    }
}
