package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.program.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Names and shapes of a ModernBERT's weights, in the order of {@code modernbert.py}. The checkpoint
 * packs queries, keys and values into one matrix, and both halves of the feed-forward part into
 * another; the program takes the parts.
 */
record ModernBertWeights(ModernBertDescriptor model) {

    /** Weights before the head: the word table, its norm and the last norm. */
    static final int BODY_WEIGHTS = 3;

    /** Weights of a layer; the first has no norm before attention. */
    static final int LAYER_WEIGHTS = 9;

    private static final String WORDS = "embeddings.tok_embeddings.weight";

    WeightLayout layout() {
        long hidden = model.hiddenSize();
        List<WeightSpec> fixed = new ArrayList<>();
        fixed.add(WeightSpec.table(model.prefix() + WORDS, model.vocabularySize(), hidden));
        fixed.add(norm(model.prefix() + "embeddings.norm"));
        fixed.add(WeightSpec.float32(model.prefix() + "final_norm.weight", hidden));
        fixed.addAll(model.head().weights());
        return new WeightLayout(
                fixed, IntStream.range(0, model.layers()).mapToObj(this::layer).toList());
    }

    private List<WeightSpec> layer(int index) {
        String layer = layerName(index);
        long hidden = model.hiddenSize();
        long inner = model.intermediateSize();
        List<WeightSpec> specs = new ArrayList<>(LAYER_WEIGHTS);
        if (index > 0) {
            specs.add(norm(layer + "attn_norm"));
        }
        for (int part = 0; part < 3; part++) {
            specs.add(
                    matrix(layer + "attn.Wqkv", hidden, hidden)
                            .partOf(3 * hidden, part * hidden)
                            .joined("attention"));
        }
        specs.add(matrix(layer + "attn.Wo", hidden, hidden));
        specs.add(norm(layer + "mlp_norm"));
        for (int part = 0; part < 2; part++) {
            specs.add(
                    matrix(layer + "mlp.Wi", inner, hidden)
                            .partOf(2 * inner, part * inner)
                            .joined("halves"));
        }
        specs.add(matrix(layer + "mlp.Wo", hidden, inner));
        return specs;
    }

    /** What the names of a layer's weights begin with. */
    String layerName(int index) {
        return model.prefix() + "layers." + index + ".";
    }

    private WeightSpec norm(String name) {
        return WeightSpec.compute(name + ".weight", model.hiddenSize());
    }

    private static WeightSpec matrix(String name, long rows, long columns) {
        return WeightSpec.matrix(name + ".weight", rows, columns);
    }
}
