package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The shapes of the released rerankers: configuration, and the names and sizes of all tensors, as
 * in their own checkpoints. For measuring speed and memory where the weights cannot be had.
 */
public enum ReleasedShape {
    /** BAAI/bge-reranker-v2-m3. */
    V2_M3("v2-m3", 24),
    /** BAAI/bge-reranker-v2-gemma. */
    V2_GEMMA("v2-gemma", 18),
    /** BAAI/bge-reranker-v2-minicpm-layerwise. */
    MINICPM_LAYERWISE("minicpm-layerwise", 40),
    /** BAAI/bge-reranker-v2.5-gemma2-lightweight. */
    GEMMA2_LIGHTWEIGHT("gemma2-lightweight", 42);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String label;
    private final int layers;

    ReleasedShape(String label, int layers) {
        this.label = label;
        this.layers = layers;
    }

    /** Its short name. */
    public String label() {
        return label;
    }

    /** Number of layers of the released model. */
    public int layers() {
        return layers;
    }

    /** The shape of that short name. */
    public static ReleasedShape named(String label) {
        for (ReleasedShape shape : values()) {
            if (shape.label.equals(label)) {
                return shape;
            }
        }
        throw new IllegalArgumentException(
                "shape \"%s\": must be one of %s".formatted(label, labels()));
    }

    /** The short names of all shapes. */
    public static List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (ReleasedShape shape : values()) {
            labels.add(shape.label);
        }
        return labels;
    }

    /** Its config.json with that many layers; a layerwise model keeps its first cutoff. */
    ObjectNode config(int withLayers) {
        ObjectNode config = JSON.createObjectNode();
        switch (this) {
            case V2_M3 ->
                    common(config, "XLMRobertaForSequenceClassification", "xlm-roberta", withLayers)
                            .put("hidden_size", 1024)
                            .put("intermediate_size", 4096)
                            .put("vocab_size", 250002)
                            .put("num_attention_heads", 16)
                            .put("max_position_embeddings", 8194)
                            .put("type_vocab_size", 1)
                            .put("layer_norm_eps", 1e-5)
                            .put("hidden_act", "gelu")
                            .put("position_embedding_type", "absolute")
                            .put("pad_token_id", 1)
                            .putPOJO("id2label", JSON.createObjectNode().put("0", "LABEL_0"));
            case V2_GEMMA ->
                    common(config, "GemmaForCausalLM", "gemma", withLayers)
                            .put("hidden_size", 2048)
                            .put("intermediate_size", 16384)
                            .put("vocab_size", 256000)
                            .put("num_attention_heads", 8)
                            .put("num_key_value_heads", 1)
                            .put("head_dim", 256)
                            .put("max_position_embeddings", 8192)
                            .put("rms_norm_eps", 1e-6)
                            .put("rope_theta", 10000.0)
                            .put("hidden_act", "gelu");
            case MINICPM_LAYERWISE ->
                    common(config, "LayerWiseMiniCPMForCausalLM", "minicpm", withLayers)
                            .put("hidden_size", 2304)
                            .put("intermediate_size", 5760)
                            .put("vocab_size", 122753)
                            .put("num_attention_heads", 36)
                            .put("num_key_value_heads", 36)
                            .put("max_position_embeddings", 2048)
                            .put("rms_norm_eps", 1e-5)
                            .put("hidden_act", "silu")
                            .put("scale_emb", 12)
                            .put("scale_depth", 1.4)
                            .put("dim_model_base", 256)
                            .put("start_layer", 8)
                            .put("head_multi", true)
                            .put("head_type", "simple");
            case GEMMA2_LIGHTWEIGHT ->
                    common(config, "CostWiseGemmaForCausalLM", "cost_wise_gemma", withLayers)
                            .put("hidden_size", 3584)
                            .put("intermediate_size", 14336)
                            .put("vocab_size", 256000)
                            .put("num_attention_heads", 16)
                            .put("num_key_value_heads", 8)
                            .put("head_dim", 256)
                            .put("max_position_embeddings", 8192)
                            .put("rms_norm_eps", 1e-6)
                            .put("rope_theta", 10000.0)
                            .put("hidden_act", "gelu_pytorch_tanh")
                            .put("hidden_activation", "gelu_pytorch_tanh")
                            .put("query_pre_attn_scalar", 256)
                            .put("sliding_window", 4096)
                            .put("attn_logit_softcapping", 50.0)
                            .put("final_logit_softcapping", 30.0)
                            .put("start_layer", 8)
                            .put("layer_sep", 1)
                            .put("layer_wise", true);
        }
        return config;
    }

    /** All its tensors with that many layers. */
    List<NewTensor> tensors(int withLayers, StoredType type) {
        ObjectNode config = config(withLayers);
        return this == V2_M3
                ? new EncoderTensors(config, type).list()
                : new DecoderTensors(config, type, this == GEMMA2_LIGHTWEIGHT).list();
    }

    private static ObjectNode common(
            ObjectNode config, String architecture, String type, int withLayers) {
        config.putArray("architectures").add(architecture);
        return config.put("model_type", type).put("num_hidden_layers", withLayers);
    }
}
