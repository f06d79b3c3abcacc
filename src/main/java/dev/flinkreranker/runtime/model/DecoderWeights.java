package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.program.WeightSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Names and shapes of a decoder's weights, and where {@code decoder.py} finds each in its list:
 * embedding, final norm, heads (or the table of the answers, where it is not the embedding), then
 * layer by layer.
 *
 * @param postNorms whether the outcomes of attention and of the feed-forward block are normed
 * @param headNorms whether every query head and key head is normed
 */
record DecoderWeights(DecoderDescriptor model, boolean postNorms, boolean headNorms) {

    /** The table of a token's first state, which may be that of the answers too. */
    static final String EMBEDDING = "model.embed_tokens.weight";

    /** The table of the answers where it is one of its own. */
    static final String OUTPUT = "lm_head.weight";

    private static final int EMBEDDING_SLOT = 0;
    private static final int FINAL_NORM = 1;
    private static final int AFTER_FINAL_NORM = 2;

    /** The weights that a layer can have, by the attributes of {@code decoder.py}. */
    private static final List<String> LAYER_SLOTS =
            List.of(
                    "attention_norm",
                    "q_matrix",
                    "k_matrix",
                    "v_matrix",
                    "q_bias",
                    "k_bias",
                    "v_bias",
                    "q_norm",
                    "k_norm",
                    "o_matrix",
                    "o_bias",
                    "post_attention_norm",
                    "feed_forward_norm",
                    "gate_matrix",
                    "up_matrix",
                    "down_matrix",
                    "post_feed_forward_norm");

    DecoderWeights(DecoderDescriptor model) {
        this(model, model.architecture().postNorms(), model.architecture().headNorms());
    }

    WeightLayout layout() {
        long hidden = model.hiddenSize();
        List<WeightSpec> fixed = new ArrayList<>();
        fixed.add(WeightSpec.table(EMBEDDING, model.vocabularySize(), hidden));
        fixed.add(
                model.architecture().offsetNorm()
                        ? WeightSpec.offset("model.norm.weight", hidden)
                        : WeightSpec.float32("model.norm.weight", hidden));
        AnswerTable answers = model.answers();
        if (answers == null) {
            for (int i = 0; i < model.cutoffLayers().size(); i++) {
                fixed.add(WeightSpec.float32(head(i), 1, hidden));
            }
        } else if (!isEmbedding(answers)) {
            fixed.add(WeightSpec.table(answers.tensor(), answers.rows(), hidden));
        }
        return new WeightLayout(
                fixed,
                IntStream.range(0, model.layers())
                        .mapToObj(index -> List.copyOf(layer(index).values()))
                        .toList());
    }

    /** The attributes of {@code decoder.py} that say where a weight lies; -1 for what is absent. */
    Map<String, Integer> slots() {
        AnswerTable answers = model.answers();
        WeightLayout layout = layout();
        Map<String, Integer> slots = new HashMap<>();
        slots.put("embedding", EMBEDDING_SLOT);
        slots.put("final_norm", FINAL_NORM);
        slots.put("first_head", answers == null ? AFTER_FINAL_NORM : -1);
        slots.put(
                "answer_table",
                answers == null ? -1 : isEmbedding(answers) ? EMBEDDING_SLOT : AFTER_FINAL_NORM);
        slots.put("first_layer", layout.fixed().size());
        slots.put("layer_weights", layout.layers().get(0).size());
        List<String> present = List.copyOf(layer(0).keySet());
        LAYER_SLOTS.forEach(slot -> slots.put(slot, present.indexOf(slot)));
        return slots;
    }

    /**
     * Layers or heads beyond those that the configuration counts would be left out silently.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if there are any
     */
    void checkNoneIsLeft(Checkpoint checkpoint) {
        checkpoint.checkNoLayerIsLeft(model.layers(), layerName(model.layers()));
        String head = head(model.cutoffLayers().size());
        if (model.architecture().layerwise() && checkpoint.has(head)) {
            throw checkpoint
                    .config()
                    .invalid(
                            "start_layer",
                            "is %d, which makes %d heads, but there is tensor \"%s\""
                                    .formatted(
                                            model.firstCutoff(),
                                            model.cutoffLayers().size(),
                                            head));
        }
    }

    /** The weights of a layer by slot, in the order in which they lie in the list. */
    private Map<String, WeightSpec> layer(int index) {
        String layer = layerName(index);
        long hidden = model.hiddenSize();
        long queries = (long) model.attentionHeads() * model.headSize();
        long keys = (long) model.keyValueHeads() * model.headSize();
        long inner = model.intermediateSize();
        Map<String, WeightSpec> weights = new LinkedHashMap<>();
        weights.put("attention_norm", norm(layer + "input_layernorm", hidden));
        weights.put("q_matrix", attention(layer, "q", queries));
        weights.put("k_matrix", attention(layer, "k", keys));
        weights.put("v_matrix", attention(layer, "v", keys));
        weights.put("o_matrix", matrix(layer + "self_attn.o_proj", hidden, queries));
        weights.put("gate_matrix", matrix(layer + "mlp.gate_proj", inner, hidden).joined("halves"));
        weights.put("up_matrix", matrix(layer + "mlp.up_proj", inner, hidden).joined("halves"));
        weights.put("down_matrix", matrix(layer + "mlp.down_proj", hidden, inner));
        if (postNorms) {
            // Gemma 2 gives the other families' name of the next norm to the one after attention.
            weights.put("post_attention_norm", norm(layer + "post_attention_layernorm", hidden));
            weights.put("feed_forward_norm", norm(layer + "pre_feedforward_layernorm", hidden));
            weights.put(
                    "post_feed_forward_norm", norm(layer + "post_feedforward_layernorm", hidden));
        } else {
            weights.put("feed_forward_norm", norm(layer + "post_attention_layernorm", hidden));
        }
        for (String projection : model.biased()) {
            WeightSpec bias =
                    WeightSpec.compute(
                            layer + "self_attn." + projection + "_proj.bias",
                            weights.get(projection + "_matrix").shape().get(0));
            weights.put(
                    projection + "_bias", projection.equals("o") ? bias : bias.joined("biases"));
        }
        if (headNorms) {
            weights.put("q_norm", norm(layer + "self_attn.q_norm", model.headSize()));
            weights.put("k_norm", norm(layer + "self_attn.k_norm", model.headSize()));
        }
        return weights;
    }

    private static boolean isEmbedding(AnswerTable answers) {
        return answers.tensor().equals(EMBEDDING);
    }

    private static String layerName(int index) {
        return "model.layers." + index + ".";
    }

    private static String head(int index) {
        return "lm_head." + index + ".linear_head.weight";
    }

    private WeightSpec attention(String layer, String projection, long rows) {
        String name = layer + "self_attn." + projection + "_proj";
        return matrix(name, rows, model.hiddenSize()).joined("attention");
    }

    private static WeightSpec matrix(String name, long rows, long columns) {
        return WeightSpec.matrix(name + ".weight", rows, columns);
    }

    /** A norm by (1 + weight) works in float32. */
    private WeightSpec norm(String name, long size) {
        return model.architecture().offsetNorm()
                ? WeightSpec.offset(name + ".weight", size)
                : WeightSpec.compute(name + ".weight", size);
    }
}
