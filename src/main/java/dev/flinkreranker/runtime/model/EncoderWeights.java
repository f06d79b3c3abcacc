package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.program.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Names and shapes of an encoder's weights, in the order of {@code encoder.py}.
 *
 * @param prefix what the names of the body's weights begin with
 */
record EncoderWeights(
        EncoderFamily family,
        String prefix,
        EncoderNames names,
        int hidden,
        int intermediate,
        int vocabulary,
        int positions,
        int tokenTypes) {

    /** Weights before the first head: three tables and a norm. */
    static final int EMBEDDING_WEIGHTS = 5;

    /** Weights of one head. */
    static final int HEAD_WEIGHTS = 4;

    /** Weights of one layer. */
    static final int LAYER_WEIGHTS = 16;

    /** Embedding checkpoints lack the head; without it scores would be noise. */
    void checkHead(Checkpoint checkpoint) {
        String weight = family.output() + ".weight";
        if (!checkpoint.has(weight)) {
            throw checkpoint.missing(weight, ": this is an embedding checkpoint, not a reranker");
        }
    }

    /**
     * The weights.
     *
     * @param labels outputs of every head: one, or two; none for an embedding model
     */
    WeightLayout layout(int layers, List<Integer> lowerHeads, int labels) {
        List<WeightSpec> fixed = embeddings();
        for (int layer : lowerHeads) {
            String head = "layer_heads." + layer;
            head(fixed, head + ".dense", head + ".classifier", labels);
        }
        if (labels > 0) {
            head(fixed, family.dense(), family.output(), labels);
        }
        return new WeightLayout(fixed, IntStream.range(0, layers).mapToObj(this::layer).toList());
    }

    private List<WeightSpec> embeddings() {
        List<WeightSpec> specs = new ArrayList<>();
        String embeddings = prefix + "embeddings.";
        specs.add(table(embeddings + "word_embeddings", vocabulary));
        specs.add(table(embeddings + "position_embeddings", positions));
        specs.add(table(embeddings + "token_type_embeddings", tokenTypes));
        norm(specs, prefix + names.embeddingNorm());
        return specs;
    }

    private List<WeightSpec> layer(int index) {
        List<WeightSpec> specs = new ArrayList<>(LAYER_WEIGHTS);
        String layer = prefix + names.layer(index);
        attention(specs, layer, "query", 0);
        attention(specs, layer, "key", hidden);
        attention(specs, layer, "value", 2 * hidden);
        linear(specs, layer + names.attentionOutput(), hidden, hidden);
        norm(specs, layer + names.attentionNorm());
        linear(specs, layer + names.intermediate(), intermediate, hidden);
        linear(specs, layer + names.output(), hidden, intermediate);
        norm(specs, layer + names.outputNorm());
        return specs;
    }

    /**
     * @param row where the part begins if it is packed with the others
     */
    private void attention(List<WeightSpec> specs, String layer, String part, int row) {
        List<WeightSpec> own = new ArrayList<>();
        linear(own, layer + names.attention(part), hidden, hidden);
        specs.add(packed(own.get(0), row).joined("matrices"));
        specs.add(packed(own.get(1), row).joined("biases"));
    }

    private WeightSpec packed(WeightSpec part, int row) {
        return names.packsAttention() ? part.partOf(3L * hidden, row) : part;
    }

    private WeightSpec table(String name, int rows) {
        return WeightSpec.table(name + ".weight", rows, hidden);
    }

    private void norm(List<WeightSpec> specs, String name) {
        specs.add(WeightSpec.compute(name + ".weight", hidden));
        specs.add(WeightSpec.compute(name + ".bias", hidden));
    }

    private static void linear(List<WeightSpec> specs, String name, long outputs, long inputs) {
        specs.add(WeightSpec.matrix(name + ".weight", outputs, inputs));
        specs.add(WeightSpec.compute(name + ".bias", outputs));
    }

    private void head(List<WeightSpec> specs, String dense, String output, int labels) {
        specs.add(WeightSpec.float32(dense + ".weight", hidden, hidden));
        specs.add(WeightSpec.float32(dense + ".bias", hidden));
        specs.add(WeightSpec.float32(output + ".weight", labels, hidden));
        specs.add(WeightSpec.float32(output + ".bias", labels));
    }
}
