package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The tensors of a ModernBERT checkpoint, named as Hugging Face names them. */
final class ModernBertTensors {

    private final JsonNode config;
    private final StoredType type;
    private final String prefix;
    private final List<NewTensor> tensors = new ArrayList<>();

    /**
     * @param prefix what the names of the body's tensors begin with
     */
    ModernBertTensors(JsonNode config, StoredType type, String prefix) {
        this.config = config;
        this.type = type;
        this.prefix = prefix;
    }

    /** Those of the body alone. */
    List<NewTensor> body() {
        long hidden = hidden();
        long inner = config.path("intermediate_size").asLong();
        add(prefix + "embeddings.tok_embeddings", config.path("vocab_size").asLong(), hidden);
        add(prefix + "embeddings.norm", hidden);
        for (int i = 0; i < config.path("num_hidden_layers").asInt(); i++) {
            String layer = prefix + "layers." + i + ".";
            if (i > 0) {
                add(layer + "attn_norm", hidden);
            }
            add(layer + "attn.Wqkv", 3 * hidden, hidden);
            add(layer + "attn.Wo", hidden, hidden);
            add(layer + "mlp_norm", hidden);
            add(layer + "mlp.Wi", 2 * inner, hidden);
            add(layer + "mlp.Wo", hidden, inner);
        }
        add(prefix + "final_norm", hidden);
        return tensors;
    }

    /** Those of a classifier with one label. */
    List<NewTensor> classifier() {
        body();
        add("head.dense", hidden(), hidden());
        add("head.norm", hidden());
        add("classifier", 1, hidden());
        tensors.add(new NewTensor("classifier.bias", type, List.of(1L)));
        return tensors;
    }

    private long hidden() {
        return config.path("hidden_size").asLong();
    }

    private void add(String name, long... shape) {
        tensors.add(new NewTensor(name + ".weight", type, LongStream.of(shape).boxed().toList()));
    }
}
