package dev.flinkreranker.runtime.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sizes of an XLM-RoBERTa cross-encoder, of which it writes a checkpoint with made weights. */
record EncoderShape(int hidden, int heads, int intermediate, int layers, int vocabulary) {

    private static final int POSITIONS = 514;

    /** Weights small enough that activations stay in a trained model's range at any width. */
    FormulaWeights weights() {
        float amplitude = (float) (2 / Math.sqrt(hidden));
        return new FormulaWeights(
                List.of(
                        new FormulaWeights.Rule(n -> n.endsWith("LayerNorm.weight"), 1, 0.25f),
                        new FormulaWeights.Rule(n -> n.endsWith("bias"), 0, 0.125f),
                        new FormulaWeights.Rule(n -> n.contains("embeddings"), 0, 0.5f),
                        new FormulaWeights.Rule(n -> true, 0, amplitude)));
    }

    ObjectNode config() {
        return new ObjectMapper()
                .createObjectNode()
                .put("model_type", "xlm-roberta")
                .put("hidden_size", hidden)
                .put("num_attention_heads", heads)
                .put("intermediate_size", intermediate)
                .put("num_hidden_layers", layers)
                .put("vocab_size", vocabulary)
                .put("max_position_embeddings", POSITIONS)
                .put("type_vocab_size", 1)
                .put("pad_token_id", 1)
                .put("layer_norm_eps", 1e-5);
    }

    Map<String, long[]> tensors() {
        EncoderWeights weights =
                new EncoderWeights(
                        EncoderFamily.XLM_ROBERTA, hidden, intermediate, vocabulary, POSITIONS, 1);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        weights.layout(layers, List.of())
                .all()
                .forEach(
                        spec ->
                                shapes.put(
                                        spec.name(),
                                        spec.shape().stream()
                                                .mapToLong(Long::longValue)
                                                .toArray()));
        return shapes;
    }

    void write(Path directory, StoredType type) {
        GoldenFile.writeConfig(directory, config());
        weights().write(tensors(), type).write(directory.resolve("model.safetensors"));
    }
}
