package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The tensors of a decoder checkpoint, named as Hugging Face's decoders name them. */
final class DecoderTensors {

    private final JsonNode config;
    private final StoredType type;
    private final List<NewTensor> tensors = new ArrayList<>();

    DecoderTensors(JsonNode config, StoredType type) {
        this.config = config;
        this.type = type;
    }

    List<NewTensor> list() {
        long hidden = size("hidden_size");
        long inner = size("intermediate_size");
        long heads = size("num_attention_heads");
        long headSize = config.path("head_dim").asLong(hidden / heads);
        long layers = size("num_hidden_layers");
        add("model.embed_tokens.weight", size("vocab_size"), hidden);
        for (int i = 0; i < layers; i++) {
            String layer = "model.layers." + i + ".";
            add(layer + "self_attn.q_proj.weight", heads * headSize, hidden);
            add(layer + "self_attn.k_proj.weight", size("num_key_value_heads") * headSize, hidden);
            add(layer + "self_attn.v_proj.weight", size("num_key_value_heads") * headSize, hidden);
            add(layer + "self_attn.o_proj.weight", hidden, heads * headSize);
            add(layer + "mlp.gate_proj.weight", inner, hidden);
            add(layer + "mlp.up_proj.weight", inner, hidden);
            add(layer + "mlp.down_proj.weight", hidden, inner);
            add(layer + "input_layernorm.weight", hidden);
            add(layer + "post_attention_layernorm.weight", hidden);
            if (isOf("qwen2")) {
                add(layer + "self_attn.q_proj.bias", heads * headSize);
                add(layer + "self_attn.k_proj.bias", size("num_key_value_heads") * headSize);
                add(layer + "self_attn.v_proj.bias", size("num_key_value_heads") * headSize);
            }
            if (isOf("qwen3")) {
                add(layer + "self_attn.q_norm.weight", headSize);
                add(layer + "self_attn.k_norm.weight", headSize);
            }
            if (isOf("cost_wise_gemma")) {
                add(layer + "pre_feedforward_layernorm.weight", hidden);
                add(layer + "post_feedforward_layernorm.weight", hidden);
            }
        }
        add("model.norm.weight", hidden);
        if (isOf("llama_bidirec")) {
            add("score.weight", 1, hidden);
        }
        if (config.has("start_layer")) {
            for (long i = 0; i <= layers - size("start_layer"); i++) {
                add("lm_head." + i + ".linear_head.weight", 1, hidden);
            }
        }
        return tensors;
    }

    private boolean isOf(String modelType) {
        return config.path("model_type").asText().equals(modelType);
    }

    private long size(String field) {
        return config.path(field).asLong();
    }

    private void add(String name, long... shape) {
        tensors.add(new NewTensor(name, type, LongStream.of(shape).boxed().toList()));
    }
}
