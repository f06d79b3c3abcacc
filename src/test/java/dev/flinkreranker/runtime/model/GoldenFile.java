package dev.flinkreranker.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * {@code golden.json}: reference scores of tiny models with {@link FormulaWeights}, computed by the
 * unmodified reference implementations in float32.
 */
public final class GoldenFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;

    /** Reads the resource. */
    public GoldenFile() {
        try (InputStream in = GoldenFile.class.getResourceAsStream("/golden.json")) {
            root = JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole file. */
    public JsonNode root() {
        return root;
    }

    /** The cases of one architecture. */
    public JsonNode theCase(String arch) {
        return StreamSupport.stream(root.path("cases").spliterator(), false)
                .filter(node -> node.path("arch").asText().equals(arch))
                .findFirst()
                .orElseThrow();
    }

    /** Shapes of all tensors of a model. */
    public Map<String, long[]> shapes(String model) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : root.path("tensors").path(model).properties()) {
            shapes.put(entry.getKey(), longs(entry.getValue()));
        }
        return shapes;
    }

    /** Writes the model of a case as a checkpoint. */
    public void writeEncoder(Path directory, StoredType type) {
        ObjectNode config = theCase("xlm_roberta").path("config").deepCopy();
        config.put("model_type", "xlm-roberta");
        writeConfig(directory, config);
        FormulaWeights.ENCODER
                .write(shapes("xlmr"), type)
                .write(directory.resolve("model.safetensors"));
    }

    /** The token ids of a case's pairs; everything counts as query. */
    public List<TokenizedPair> pairs(String arch) {
        List<TokenizedPair> pairs = new ArrayList<>();
        for (JsonNode ids : theCase(arch).path("input_ids")) {
            pairs.add(new TokenizedPair(longs(ids), ids.size(), 0, false));
        }
        return pairs;
    }

    /** Writes {@code config.json}. */
    public static void writeConfig(Path directory, JsonNode config) {
        try {
            Files.writeString(directory.resolve("config.json"), config.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::longValue)
                .toArray();
    }
}
