package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.checkpoint.SafetensorsWriter;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Decoder configurations for tests: the released ones, and any text. */
final class DecoderModels {

    static final String GEMMA =
            """
            {"architectures": ["GemmaForCausalLM"], "hidden_size": 2048, "intermediate_size": 16384,
             "vocab_size": 256000, "num_hidden_layers": 18, "num_attention_heads": 8,
             "num_key_value_heads": 1, "head_dim": 256, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
             "hidden_act": "gelu", "rope_scaling": null}
            """;

    static final String MINICPM =
            """
            {"architectures": ["LayerWiseMiniCPMForCausalLM"], "hidden_size": 2304,
             "intermediate_size": 5760, "vocab_size": 122753, "num_hidden_layers": 40,
             "num_attention_heads": 36, "num_key_value_heads": 36, "rms_norm_eps": 1e-5,
             "hidden_act": "silu", "scale_emb": 12, "scale_depth": 1.4, "dim_model_base": 256,
             "start_layer": 8, "head_multi": true, "head_type": "simple", "rope_scaling": null}
            """;

    static final String LIGHTWEIGHT =
            """
            {"architectures": ["CostWiseGemmaForCausalLM"], "hidden_size": 3584,
             "intermediate_size": 14336, "vocab_size": 256000, "num_hidden_layers": 42,
             "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 256,
             "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "hidden_act": "gelu_pytorch_tanh",
             "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 256,
             "sliding_window": 4096, "attn_logit_softcapping": 50.0,
             "final_logit_softcapping": 30.0, "start_layer": 8, "layer_sep": 1,
             "layer_wise": true}
            """;

    /** llama-nemotron-rerank-1b-v2. */
    static final String LLAMA =
            """
            {"architectures": ["LlamaBidirectionalForSequenceClassification"],
             "model_type": "llama_bidirec", "hidden_size": 2048, "intermediate_size": 8192,
             "vocab_size": 128256, "num_hidden_layers": 16, "num_attention_heads": 32,
             "num_key_value_heads": 8, "head_dim": 64, "rms_norm_eps": 1e-5,
             "rope_theta": 500000.0, "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0,
             "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
             "rope_type": "llama3"}, "hidden_act": "silu", "attention_bias": false,
             "mlp_bias": false, "pooling": "avg", "id2label": {"0": "LABEL_0"},
             "tie_word_embeddings": true}
            """;

    /** mxbai-rerank-base-v2. */
    static final String QWEN2 =
            """
            {"architectures": ["Qwen2ForCausalLM"], "hidden_size": 896, "intermediate_size": 4864,
             "vocab_size": 151936, "num_hidden_layers": 24, "num_attention_heads": 14,
             "num_key_value_heads": 2, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0,
             "hidden_act": "silu", "use_sliding_window": false, "sliding_window": 32768,
             "max_window_layers": 24, "tie_word_embeddings": true}
            """;

    static final String QWEN3 =
            """
            {"architectures": ["Qwen3ForCausalLM"], "hidden_size": 1024, "intermediate_size": 3072,
             "vocab_size": 151669, "num_hidden_layers": 28, "num_attention_heads": 16,
             "num_key_value_heads": 8, "head_dim": 128, "rms_norm_eps": 1e-6,
             "rope_theta": 1000000, "hidden_act": "silu", "attention_bias": false,
             "use_sliding_window": false, "tie_word_embeddings": true, "rope_scaling": null}
            """;

    private DecoderModels() {}

    /** The configuration of that JSON text. */
    static CheckpointConfig config(String json) {
        try {
            Path directory = Files.createTempDirectory("decoder-config");
            try {
                Files.writeString(directory.resolve("config.json"), json);
                new SafetensorsWriter()
                        .add("a", StoredType.F32, new float[1], 1)
                        .write(directory.resolve("model.safetensors"));
                return Checkpoint.open(directory).config();
            } finally {
                Files.deleteIfExists(directory.resolve("config.json"));
                Files.deleteIfExists(directory.resolve("model.safetensors"));
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The descriptor of that JSON text. */
    static DecoderDescriptor descriptor(DecoderArchitecture architecture, String json) {
        List<Long> answers =
                switch (architecture) {
                    case GEMMA -> List.of(3553L);
                    case QWEN2 -> List.of(16L, 15L);
                    case QWEN3 -> List.of(9693L, 2152L);
                    default -> List.of();
                };
        DecoderConfigReader reader =
                new DecoderConfigReader(
                        config(json), architecture, architecture.pairFormats().get(0));
        return architecture == DecoderArchitecture.LLAMA
                ? reader.classifier(1)
                : reader.languageModel(answers);
    }
}
