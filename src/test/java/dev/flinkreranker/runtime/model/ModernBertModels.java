package dev.flinkreranker.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.SafetensorsWriter;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/** Small ModernBERT cross-encoders with weights by formula. */
final class ModernBertModels {

    /** The cases of {@code modernbert-reference}. */
    static final JsonNode REFERENCE = read();

    private ModernBertModels() {}

    /** The reference's case of that name. */
    static JsonNode reference(String name) {
        return StreamSupport.stream(REFERENCE.path("cases").spliterator(), false)
                .filter(model -> model.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Shapes of the tensors of one of its cases. */
    static Map<String, long[]> shapes(JsonNode model) {
        Map<String, long[]> tensors = new LinkedHashMap<>();
        model.path("tensors")
                .properties()
                .forEach(tensor -> tensors.put(tensor.getKey(), longs(tensor.getValue())));
        return tensors;
    }

    static long[] longs(JsonNode list) {
        return IntStream.range(0, list.size()).mapToLong(i -> list.get(i).longValue()).toArray();
    }

    /** The weights of the reference's cases. */
    static FormulaWeights referenceWeights() {
        List<FormulaWeights.Rule> rules = new ArrayList<>();
        for (JsonNode rule : REFERENCE.path("rules")) {
            rules.add(
                    FormulaWeights.Rule.naming(
                            rule.get(0).asText(),
                            rule.get(1).floatValue(),
                            rule.get(2).floatValue()));
        }
        return new FormulaWeights(rules);
    }

    /** A configuration; the window of a layer that sees neighbours alone is 32 tokens wide. */
    static ObjectNode config(int hidden, int heads, int intermediate, int layers, String pooling) {
        return new ObjectMapper()
                .createObjectNode()
                .put("model_type", "modernbert")
                .put("hidden_size", hidden)
                .put("num_attention_heads", heads)
                .put("intermediate_size", intermediate)
                .put("num_hidden_layers", layers)
                .put("vocab_size", 120)
                .put("local_attention", 32)
                .put("classifier_pooling", pooling)
                .set("id2label", new ObjectMapper().createObjectNode().put("0", "LABEL_0"));
    }

    /** The tensors that such a configuration asks for, as the class of transformers names them. */
    static Map<String, long[]> tensors(JsonNode config) {
        long hidden = config.path("hidden_size").asLong();
        long inner = config.path("intermediate_size").asLong();
        Map<String, long[]> tensors = new LinkedHashMap<>();
        tensors.put(
                "model.embeddings.tok_embeddings.weight",
                new long[] {config.path("vocab_size").asLong(), hidden});
        tensors.put("model.embeddings.norm.weight", new long[] {hidden});
        for (int i = 0; i < config.path("num_hidden_layers").asInt(); i++) {
            String layer = "model.layers." + i + ".";
            if (i > 0) {
                tensors.put(layer + "attn_norm.weight", new long[] {hidden});
            }
            tensors.put(layer + "attn.Wqkv.weight", new long[] {3 * hidden, hidden});
            tensors.put(layer + "attn.Wo.weight", new long[] {hidden, hidden});
            tensors.put(layer + "mlp_norm.weight", new long[] {hidden});
            tensors.put(layer + "mlp.Wi.weight", new long[] {2 * inner, hidden});
            tensors.put(layer + "mlp.Wo.weight", new long[] {hidden, inner});
        }
        tensors.put("model.final_norm.weight", new long[] {hidden});
        tensors.put("head.dense.weight", new long[] {hidden, hidden});
        tensors.put("head.norm.weight", new long[] {hidden});
        tensors.put("classifier.weight", new long[] {1, hidden});
        tensors.put("classifier.bias", new long[] {1});
        return tensors;
    }

    /** Weights small enough that activations stay in a trained model's range at any width. */
    static void write(Path directory, ObjectNode config) {
        float amplitude = (float) (2 / Math.sqrt(config.path("hidden_size").asDouble()));
        FormulaWeights weights =
                new FormulaWeights(
                        List.of(
                                FormulaWeights.Rule.naming("norm", 1, 0.25f),
                                FormulaWeights.Rule.naming("embeddings", 0, 0.5f),
                                FormulaWeights.Rule.naming("", 0, amplitude)));
        write(directory, config, tensors(config), weights);
    }

    /** Tensors with a folder in their names go into a file there. */
    static void write(
            Path directory, JsonNode config, Map<String, long[]> tensors, FormulaWeights weights) {
        GoldenFile.writeConfig(directory, config);
        Map<Path, SafetensorsWriter> files = new LinkedHashMap<>();
        tensors.forEach(
                (name, shape) -> {
                    Path path = directory.resolve(name);
                    long count = LongStream.of(shape).reduce(1, Math::multiplyExact);
                    files.computeIfAbsent(path.getParent(), p -> new SafetensorsWriter())
                            .add(
                                    path.getFileName().toString(),
                                    StoredType.F32,
                                    weights.values(name, (int) count),
                                    shape);
                });
        files.forEach(
                (folder, file) -> {
                    folder.toFile().mkdirs();
                    file.write(folder.resolve("model.safetensors"));
                });
    }

    /** Writes JSON files by their paths. */
    static void writeFiles(Path directory, JsonNode files) {
        try {
            for (Map.Entry<String, JsonNode> file : files.properties()) {
                Path path = directory.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read() {
        try (InputStream in =
                ModernBertModels.class.getResourceAsStream("/modernbert-reference/cases.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
