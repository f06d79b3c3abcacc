package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a small JSON file that must hold an object. */
final class JsonFile {

    private static final ObjectReader JSON =
            new ObjectMapper().reader().with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private JsonFile() {}

    /**
     * The object in the file.
     *
     * @throws InvalidCheckpointException if there is none
     */
    static JsonNode readObject(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCheckpointException(file + ": no such file");
        }
        try {
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            if (node == null || !node.isObject()) {
                throw new InvalidCheckpointException(file + ": not a JSON object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpointException(
                    file + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidCheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
