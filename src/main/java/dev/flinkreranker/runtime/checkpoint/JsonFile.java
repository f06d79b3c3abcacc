package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a small JSON file. */
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
        JsonNode node = read(file);
        if (!node.isObject()) {
            throw new InvalidCheckpointException(file + ": not a JSON object");
        }
        return node;
    }

    /**
     * What is in the file; a missing node if it is empty.
     *
     * @throws InvalidCheckpointException if it is not JSON
     */
    static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCheckpointException(file + ": no such file");
        }
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw InvalidCheckpointException.unreadable(file, e);
        }
    }
}
