package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The shapes of the released rerankers: configuration, and the names and sizes of all tensors, as
 * in their own checkpoints. For measuring speed and memory where the weights cannot be had.
 */
public enum ReleasedShape {
    /** BAAI/bge-reranker-v2-m3. */
    V2_M3("v2-m3", 24),
    /** BAAI/bge-m3, as a dense first stage. */
    BGE_M3("bge-m3", 24),
    /** BAAI/bge-large-en-v1.5, as a dense first stage. */
    BGE_LARGE_EN("bge-large-en", 24),
    /** jinaai/jina-reranker-v2-base-multilingual. */
    JINA_V2("jina-v2", 12),
    /**
     * Alibaba-NLP/gte-reranker-modernbert-base; granite-embedding-reranker-english-r2 has it too.
     */
    GTE_MODERNBERT("gte-modernbert", 22),
    /** cross-encoder/ettin-reranker-17m-v1. */
    ETTIN_17M("ettin-17m", 7),
    /** cross-encoder/ettin-reranker-32m-v1. */
    ETTIN_32M("ettin-32m", 10),
    /** cross-encoder/ettin-reranker-68m-v1. */
    ETTIN_68M("ettin-68m", 19),
    /** cross-encoder/ettin-reranker-150m-v1. */
    ETTIN_150M("ettin-150m", 22),
    /** cross-encoder/ettin-reranker-400m-v1. */
    ETTIN_400M("ettin-400m", 28),
    /** cross-encoder/ettin-reranker-1b-v1. */
    ETTIN_1B("ettin-1b", 28),
    /** BAAI/bge-reranker-v2-gemma. */
    V2_GEMMA("v2-gemma", 18),
    /** BAAI/bge-reranker-v2-minicpm-layerwise. */
    MINICPM_LAYERWISE("minicpm-layerwise", 40),
    /** BAAI/bge-reranker-v2.5-gemma2-lightweight. */
    GEMMA2_LIGHTWEIGHT("gemma2-lightweight", 42),
    /** nvidia/llama-nemotron-rerank-1b-v2. */
    NEMOTRON_1B_V2("nemotron-1b-v2", 16),
    /** mixedbread-ai/mxbai-rerank-base-v2. */
    MXBAI_BASE_V2("mxbai-base-v2", 24),
    /** mixedbread-ai/mxbai-rerank-large-v2. */
    MXBAI_LARGE_V2("mxbai-large-v2", 28),
    /** Qwen/Qwen3-Reranker-0.6B. */
    QWEN3_06B("qwen3-0.6b", 28);

    private static final Pattern NORM_SCALE = Pattern.compile(".*([Nn]orm[12]?|_ln)\\.weight");
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
                    xlmRoberta(config, withLayers, 1024, 8194).put("model_type", "xlm-roberta");
            case BGE_M3 ->
                    xlmRoberta(config, withLayers, 1024, 8194)
                            .put("model_type", "xlm-roberta")
                            .putArray("architectures")
                            .add("XLMRobertaModel");
            case BGE_LARGE_EN ->
                    encoder(config, withLayers, 1024, 512)
                            .put("model_type", "bert")
                            .put("vocab_size", 30522)
                            .put("type_vocab_size", 2)
                            .put("layer_norm_eps", 1e-12)
                            .put("pad_token_id", 0)
                            .putArray("architectures")
                            .add("BertModel");
            case JINA_V2 -> xlmRoberta(config, withLayers, 768, 1026);
            case ETTIN_17M -> ettin(config, withLayers, 256, 384);
            case ETTIN_32M -> ettin(config, withLayers, 384, 576);
            case ETTIN_68M -> ettin(config, withLayers, 512, 768);
            case ETTIN_150M -> ettin(config, withLayers, 768, 1152);
            case ETTIN_400M -> ettin(config, withLayers, 1024, 2624);
            case ETTIN_1B -> ettin(config, withLayers, 1792, 3840);
            case GTE_MODERNBERT -> {
                modernBert(config, withLayers, 768, 1152)
                        .put("classifier_pooling", "mean")
                        .putArray("architectures")
                        .add("ModernBertForSequenceClassification");
                config.putObject("id2label").put("0", "LABEL_0");
            }
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
            case NEMOTRON_1B_V2 -> {
                common(
                                config,
                                "LlamaBidirectionalForSequenceClassification",
                                "llama_bidirec",
                                withLayers)
                        .put("hidden_size", 2048)
                        .put("intermediate_size", 8192)
                        .put("vocab_size", 128256)
                        .put("num_attention_heads", 32)
                        .put("num_key_value_heads", 8)
                        .put("head_dim", 64)
                        .put("max_position_embeddings", 131072)
                        .put("rms_norm_eps", 1e-5)
                        .put("rope_theta", 500000.0)
                        .put("hidden_act", "silu")
                        .put("pooling", "avg");
                config.putObject("id2label").put("0", "LABEL_0");
                config.putObject("rope_scaling")
                        .put("rope_type", "llama3")
                        .put("factor", 32.0)
                        .put("low_freq_factor", 1.0)
                        .put("high_freq_factor", 4.0)
                        .put("original_max_position_embeddings", 8192);
            }
            case MXBAI_BASE_V2 -> qwen2(config, withLayers, 896, 4864, 14);
            case MXBAI_LARGE_V2 -> qwen2(config, withLayers, 1536, 8960, 12);
            case QWEN3_06B ->
                    common(config, "Qwen3ForCausalLM", "qwen3", withLayers)
                            .put("hidden_size", 1024)
                            .put("intermediate_size", 3072)
                            .put("vocab_size", 151669)
                            .put("num_attention_heads", 16)
                            .put("num_key_value_heads", 8)
                            .put("head_dim", 128)
                            .put("max_position_embeddings", 40960)
                            .put("rms_norm_eps", 1e-6)
                            .put("rope_theta", 1000000.0)
                            .put("hidden_act", "silu")
                            .put("attention_bias", false)
                            .put("use_sliding_window", false)
                            .put("tie_word_embeddings", true);
        }
        return config;
    }

    /** All its tensors with that many layers. */
    List<NewTensor> tensors(int withLayers, StoredType type) {
        ObjectNode config = config(withLayers);
        return switch (this) {
            case V2_M3, JINA_V2 -> new EncoderTensors(config, type, this == JINA_V2).classifier();
            case BGE_M3, BGE_LARGE_EN -> new EncoderTensors(config, type, false).body();
            case GTE_MODERNBERT -> new ModernBertTensors(config, type, "model.").classifier();
            case ETTIN_17M, ETTIN_32M, ETTIN_68M, ETTIN_150M, ETTIN_400M, ETTIN_1B ->
                    new ModernBertTensors(config, type, "").body();
            default -> new DecoderTensors(config, type).list();
        };
    }

    /** Whether it is an embedding model, which ends with a pooling. */
    boolean isEmbedding() {
        return this == BGE_M3 || this == BGE_LARGE_EN;
    }

    /** What comes after the transformer in folders of its own, if anything does. */
    Optional<EttinModules> modules(StoredType type) {
        return switch (this) {
            case ETTIN_17M, ETTIN_32M, ETTIN_68M, ETTIN_150M, ETTIN_400M, ETTIN_1B ->
                    Optional.of(
                            new EttinModules(config(layers).path("hidden_size").asLong(), type));
            default -> Optional.empty();
        };
    }

    /** What a tensor's values lie around: 1 for what scales a norm, unless the norm adds that 1. */
    float centre(String tensor) {
        boolean addsOne = this == V2_GEMMA || this == GEMMA2_LIGHTWEIGHT;
        return NORM_SCALE.matcher(tensor).matches() && !addsOne ? 1 : 0;
    }

    private static ObjectNode xlmRoberta(
            ObjectNode config, int withLayers, int hidden, int positions) {
        encoder(config, withLayers, hidden, positions)
                .put("vocab_size", 250002)
                .put("type_vocab_size", 1)
                .put("layer_norm_eps", 1e-5)
                .put("pad_token_id", 1)
                .putArray("architectures")
                .add("XLMRobertaForSequenceClassification");
        config.putObject("id2label").put("0", "LABEL_0");
        return config;
    }

    /** Heads are 64 wide, and the feed-forward part is four times as wide as a state. */
    private static ObjectNode encoder(
            ObjectNode config, int withLayers, int hidden, int positions) {
        return config.put("num_hidden_layers", withLayers)
                .put("hidden_size", hidden)
                .put("intermediate_size", 4 * hidden)
                .put("num_attention_heads", hidden / 64)
                .put("max_position_embeddings", positions)
                .put("hidden_act", "gelu")
                .put("position_embedding_type", "absolute");
    }

    private static void ettin(ObjectNode config, int withLayers, int hidden, int intermediate) {
        modernBert(config, withLayers, hidden, intermediate)
                .putArray("architectures")
                .add("ModernBertModel");
    }

    /** Heads are 64 wide, and each third layer sees all tokens. */
    private static ObjectNode modernBert(
            ObjectNode config, int withLayers, int hidden, int intermediate) {
        return config.put("model_type", "modernbert")
                .put("num_hidden_layers", withLayers)
                .put("hidden_size", hidden)
                .put("intermediate_size", intermediate)
                .put("vocab_size", 50368)
                .put("num_attention_heads", hidden / 64)
                .put("max_position_embeddings", 8192)
                .put("local_attention", 128)
                .put("global_attn_every_n_layers", 3)
                .put("global_rope_theta", 160000.0)
                .put("local_rope_theta", 10000.0)
                .put("norm_eps", 1e-5);
    }

    private static ObjectNode qwen2(
            ObjectNode config, int withLayers, int hidden, int inner, int heads) {
        return common(config, "Qwen2ForCausalLM", "qwen2", withLayers)
                .put("hidden_size", hidden)
                .put("intermediate_size", inner)
                .put("vocab_size", 151936)
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", 2)
                .put("max_position_embeddings", 32768)
                .put("rms_norm_eps", 1e-6)
                .put("rope_theta", 1000000.0)
                .put("hidden_act", "silu")
                .put("use_sliding_window", false)
                .put("tie_word_embeddings", true);
    }

    private static ObjectNode common(
            ObjectNode config, String architecture, String type, int withLayers) {
        config.putArray("architectures").add(architecture);
        return config.put("model_type", type).put("num_hidden_layers", withLayers);
    }
}
