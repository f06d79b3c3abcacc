package dev.flinkreranker.runtime.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.WeightSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sizes of an XLM-RoBERTa cross-encoder, of which it writes a checkpoint with made weights. */
record EncoderShape(
        int hidden, int heads, int intermediate, int layers, int vocabulary, EncoderNames names) {

    private static final int POSITIONS = 514;

    /** Named as transformers does. */
    EncoderShape(int hidden, int heads, int intermediate, int layers, int vocabulary) {
        this(hidden, heads, intermediate, layers, vocabulary, EncoderNames.TRANSFORMERS);
    }

    /** Weights small enough that activations stay in a trained model's range at any width. */
    FormulaWeights weights() {
        float amplitude = (float) (2 / Math.sqrt(hidden));
        return new FormulaWeights(
                List.of(
                        new FormulaWeights.Rule(FormulaWeights::isNormScale, 1, 0.25f),
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

    /** Its weights in the program's order. */
    List<WeightSpec> specs() {
        return new EncoderWeights(
                        EncoderFamily.XLM_ROBERTA,
                        "roberta.",
                        names,
                        hidden,
                        intermediate,
                        vocabulary,
                        POSITIONS,
                        1)
                .layout(layers, List.of(), 1)
                .all()
                .toList();
    }

    /** The shapes of its tensors. */
    Map<String, long[]> tensors() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (WeightSpec spec : specs()) {
            long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
            shape[0] = spec.storedRows();
            shapes.put(spec.name(), shape);
        }
        return shapes;
    }

    void write(Path directory, StoredType type) {
        GoldenFile.writeConfig(directory, config());
        weights().write(tensors(), type).write(directory.resolve("model.safetensors"));
    }
}
