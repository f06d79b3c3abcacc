package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The tensors of an encoder: of an XLM-RoBERTa with one label, or of a body alone. */
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

    /** A cross-encoder's. */
    List<NewTensor> classifier() {
        body("roberta.");
        long hidden = config.path("hidden_size").asLong();
        linear("classifier.dense", hidden, hidden);
        linear("classifier.out_proj", 1, hidden);
        return tensors;
    }

    /** An embedding model's, which leaves out what a classifier's names begin with. */
    List<NewTensor> body() {
        body("");
        long hidden = config.path("hidden_size").asLong();
        linear("pooler.dense", hidden, hidden);
        return tensors;
    }

    private void body(String prefix) {
        long hidden = config.path("hidden_size").asLong();
        long inner = config.path("intermediate_size").asLong();
        String embeddings = prefix + "embeddings.";
        matrix(embeddings + "word_embeddings", config.path("vocab_size").asLong(), hidden);
        matrix(
                embeddings + "position_embeddings",
                config.path("max_position_embeddings").asLong(),
                hidden);
        matrix(
                embeddings + "token_type_embeddings",
                config.path("type_vocab_size").asLong(),
                hidden);
        norm(packed ? prefix + "emb_ln" : embeddings + "LayerNorm", hidden);
        for (int i = 0; i < config.path("num_hidden_layers").asInt(); i++) {
            if (packed) {
                packedLayer(prefix + "encoder.layers." + i + ".", hidden, inner);
            } else {
                layer(prefix + "encoder.layer." + i + ".", hidden, inner);
            }
        }
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
