package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The tensors of an XLM-RoBERTa cross-encoder with one label. */
final class EncoderTensors {

    private final JsonNode config;
    private final StoredType type;
    private final boolean packed;
    private final List<NewTensor> tensors = new ArrayList<>();

    /**
     * @param packed whether queries, keys and values are one matrix, with jina-reranker-v2's names
     *     instead of transformers'
     */
    EncoderTensors(JsonNode config, StoredType type, boolean packed) {
        this.config = config;
        this.type = type;
        this.packed = packed;
    }

    List<NewTensor> list() {
        long hidden = config.path("hidden_size").asLong();
        long inner = config.path("intermediate_size").asLong();
        String embeddings = "roberta.embeddings.";
        matrix(embeddings + "word_embeddings", config.path("vocab_size").asLong(), hidden);
        matrix(
                embeddings + "position_embeddings",
                config.path("max_position_embeddings").asLong(),
                hidden);
        matrix(
                embeddings + "token_type_embeddings",
                config.path("type_vocab_size").asLong(),
                hidden);
        norm(packed ? "roberta.emb_ln" : embeddings + "LayerNorm", hidden);
        for (int i = 0; i < config.path("num_hidden_layers").asInt(); i++) {
            if (packed) {
                packedLayer("roberta.encoder.layers." + i + ".", hidden, inner);
            } else {
                layer("roberta.encoder.layer." + i + ".", hidden, inner);
            }
        }
        linear("classifier.dense", hidden, hidden);
        linear("classifier.out_proj", 1, hidden);
        return tensors;
    }

    private void layer(String layer, long hidden, long inner) {
        for (String part : List.of("query", "key", "value")) {
            linear(layer + "attention.self." + part, hidden, hidden);
        }
        linear(layer + "attention.output.dense", hidden, hidden);
        norm(layer + "attention.output.LayerNorm", hidden);
        linear(layer + "intermediate.dense", inner, hidden);
        linear(layer + "output.dense", hidden, inner);
        norm(layer + "output.LayerNorm", hidden);
    }

    private void packedLayer(String layer, long hidden, long inner) {
        linear(layer + "mixer.Wqkv", 3 * hidden, hidden);
        linear(layer + "mixer.out_proj", hidden, hidden);
        norm(layer + "norm1", hidden);
        linear(layer + "mlp.fc1", inner, hidden);
        linear(layer + "mlp.fc2", hidden, inner);
        norm(layer + "norm2", hidden);
    }

    private void linear(String name, long rows, long columns) {
        matrix(name, rows, columns);
        vector(name + ".bias", rows);
    }

    private void norm(String name, long size) {
        vector(name + ".weight", size);
        vector(name + ".bias", size);
    }

    private void matrix(String name, long rows, long columns) {
        tensors.add(new NewTensor(name + ".weight", type, List.of(rows, columns)));
    }

    private void vector(String name, long size) {
        tensors.add(new NewTensor(name, type, List.of(size)));
    }
}
