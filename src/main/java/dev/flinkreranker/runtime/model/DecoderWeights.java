package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.program.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Names and shapes of a decoder's weights, in the order of {@code decoder.py}: embedding, final
 * norm, heads (or the table of the answers, where it is not the embedding), then layer by layer.
 */
record DecoderWeights(DecoderDescriptor model) {

    private static final int BEFORE_HEADS = 2;

    WeightLayout layout() {
        long hidden = model.hiddenSize();
        List<WeightSpec> fixed = new ArrayList<>();
        fixed.add(WeightSpec.table("model.embed_tokens.weight", model.vocabularySize(), hidden));
        fixed.add(WeightSpec.float32("model.norm.weight", hidden));
        if (model.architecture().layerwise()) {
            for (int i = 0; i < model.cutoffLayers().size(); i++) {
                fixed.add(WeightSpec.float32(head(i), 1, hidden));
            }
        } else if (!model.tied()) {
            fixed.add(WeightSpec.table("lm_head.weight", model.vocabularySize(), hidden));
        }
        return new WeightLayout(
                fixed, IntStream.range(0, model.layers()).mapToObj(this::layer).toList());
    }

    /** Index of the table whose rows are the answers; 0 where there is none. */
    int answerTable() {
        return model.architecture().layerwise() || model.tied() ? 0 : BEFORE_HEADS;
    }

    /**
     * Layers or heads beyond those that the configuration counts would be left out silently.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if there are any
     */
    void checkNoneIsLeft(Checkpoint checkpoint) {
        String layer = "model.layers." + model.layers() + ".";
        checkpoint.tensors().keySet().stream()
                .filter(name -> name.startsWith(layer))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw checkpoint
                                    .config()
                                    .invalid(
                                            "num_hidden_layers",
                                            "is %d, but there is tensor \"%s\""
                                                    .formatted(model.layers(), name));
                        });
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

    private List<WeightSpec> layer(int index) {
        String layer = "model.layers." + index + ".";
        boolean postNorms = model.architecture().postNorms();
        long hidden = model.hiddenSize();
        long queries = (long) model.attentionHeads() * model.headSize();
        long keys = (long) model.keyValueHeads() * model.headSize();
        long inner = model.intermediateSize();
        List<WeightSpec> specs = new ArrayList<>();
        specs.add(norm(layer + "input_layernorm", hidden));
        specs.add(matrix(layer + "self_attn.q_proj", queries, hidden));
        specs.add(matrix(layer + "self_attn.k_proj", keys, hidden));
        specs.add(matrix(layer + "self_attn.v_proj", keys, hidden));
        specs.add(matrix(layer + "self_attn.o_proj", hidden, queries));
        // Gemma 2 gives the other families' name of this norm to the one after attention.
        String beforeFeedForward =
                postNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm";
        specs.add(norm(layer + beforeFeedForward, hidden));
        specs.add(matrix(layer + "mlp.gate_proj", inner, hidden));
        specs.add(matrix(layer + "mlp.up_proj", inner, hidden));
        specs.add(matrix(layer + "mlp.down_proj", hidden, inner));
        if (postNorms) {
            specs.add(norm(layer + "post_attention_layernorm", hidden));
            specs.add(norm(layer + "post_feedforward_layernorm", hidden));
        }
        if (model.architecture().headNorms()) {
            specs.add(norm(layer + "self_attn.q_norm", model.headSize()));
            specs.add(norm(layer + "self_attn.k_norm", model.headSize()));
        }
        return specs;
    }

    private static String head(int index) {
        return "lm_head." + index + ".linear_head.weight";
    }

    private static WeightSpec matrix(String name, long rows, long columns) {
        return WeightSpec.matrix(name + ".weight", rows, columns);
    }

    /** A norm by (1 + weight) works in float32. */
    private WeightSpec norm(String name, long size) {
        return model.architecture().offsetNorm()
                ? WeightSpec.float32(name + ".weight", size)
                : WeightSpec.compute(name + ".weight", size);
    }
}
