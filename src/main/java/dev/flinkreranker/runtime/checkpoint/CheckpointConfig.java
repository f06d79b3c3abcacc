package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The {@code config.json} of a checkpoint, read by field. A field that is {@code null} counts as
 * absent, except where {@link #isNull} is asked. Every refusal is an {@link
 * InvalidCheckpointException} that names the file and the field.
 */
public final class CheckpointConfig {

    private static final String LAYERS = "num_hidden_layers";
    private static final int MAX_LAYERS = 1_000;

    private final Path file;

    /** What comes before a field's name in a message: the objects that it is in, with dots. */
    private final String path;

    private final JsonNode root;

    private CheckpointConfig(Path file, String path, JsonNode root) {
        this.file = file;
        this.path = path;
        this.root = root;
    }

    /** Reads the file. */
    static CheckpointConfig read(Path file) {
        return new CheckpointConfig(file, "", JsonFile.readObject(file));
    }

    /** Reads a file that may be missing: then it has no fields. */
    static CheckpointConfig readIfPresent(Path file) {
        return Files.exists(file)
                ? read(file)
                : new CheckpointConfig(file, "", JsonNodeFactory.instance.objectNode());
    }

    /** Whether the field is there and not null. */
    public boolean has(String field) {
        return root.hasNonNull(field);
    }

    /** Whether the field is there and null. */
    public boolean isNull(String field) {
        return root.path(field).isNull();
    }

    /** Whether the field is a text. */
    public boolean isText(String field) {
        return root.path(field).isTextual();
    }

    /** Whether the field is absent, false, or a list or an object without members. */
    public boolean isOff(String field) {
        JsonNode node = root.path(field);
        return !has(field)
                || node.isContainerNode() && node.isEmpty()
                || node.equals(BooleanNode.FALSE);
    }

    /** The text of a required field. */
    public String text(String field) {
        JsonNode node = required(field);
        if (!node.isTextual()) {
            throw invalid(field, "must be a text, not " + node);
        }
        return node.textValue();
    }

    /** The text of a field, or the default if it is absent. */
    public String text(String field, String absent) {
        return has(field) ? text(field) : absent;
    }

    /** The texts of a list field; empty if it is absent. */
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(field)) {
            if (!element.isTextual()) {
                throw invalid(field, "must hold texts, not " + element);
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** The whole number of a required field, which must lie from {@code least} to 2^31 - 1. */
    public int integer(String field, int least) {
        return integer(field, required(field), least);
    }

    /** The whole number of a field, or the default if it is absent. */
    public int integer(String field, int least, int absent) {
        return has(field) ? integer(field, least) : absent;
    }

    /**
     * How many layers there are: {@code num_hidden_layers}, from 1 to {@value #MAX_LAYERS}. They
     * are listed before the weights show whether they are there, and no list must be as long as a
     * mistyped number.
     */
    public int layers() {
        int layers = integer(LAYERS, 1);
        if (layers > MAX_LAYERS) {
            throw invalid(LAYERS, "is " + layers + "; supported are at most " + MAX_LAYERS);
        }
        return layers;
    }

    /** The whole numbers of a list field; empty if it is absent. */
    public List<Integer> integers(String field, int least) {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode element : list(field)) {
            numbers.add(integer(field, element, least));
        }
        return numbers;
    }

    /** The finite number of a required field. */
    public double number(String field) {
        JsonNode node = required(field);
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw invalid(field, "must be a number, not " + node);
        }
        return node.doubleValue();
    }

    /** The number of a field, or the default if it is absent. */
    public double number(String field, double absent) {
        return has(field) ? number(field) : absent;
    }

    /** The finite number of a required field, which must be above 0. */
    public double positive(String field) {
        double value = number(field);
        if (value <= 0) {
            throw invalid(field, "must be above 0, not " + value);
        }
        return value;
    }

    /** The truth of a field, or the default if it is absent. */
    public boolean flag(String field, boolean absent) {
        if (!has(field)) {
            return absent;
        }
        JsonNode node = root.get(field);
        if (!node.isBoolean()) {
            throw invalid(field, "must be true or false, not " + node);
        }
        return node.booleanValue();
    }

    /** The fields of an object field; none if it is absent. */
    public CheckpointConfig object(String field) {
        JsonNode node = has(field) ? root.get(field) : JsonNodeFactory.instance.objectNode();
        if (!node.isObject()) {
            throw invalid(field, "must be an object, not " + node);
        }
        return new CheckpointConfig(file, path + field + ".", node);
    }

    /** The names of the fields that are objects. */
    public List<String> objects() {
        return root.properties().stream()
                .filter(member -> member.getValue().isObject())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Number of members of an object field, or the default if it is absent. */
    public int members(String field, int absent) {
        return has(field) ? object(field).root.size() : absent;
    }

    /** A refusal of the value of a field, for the caller to throw. */
    public InvalidCheckpointException invalid(String field, String problem) {
        return new InvalidCheckpointException(
                "%s: field \"%s%s\" %s".formatted(file, path, field, problem));
    }

    private int integer(String field, JsonNode node, int least) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least) {
            throw invalid(field, "must be a whole number of at least " + least + ", not " + node);
        }
        return node.intValue();
    }

    private Iterable<JsonNode> list(String field) {
        if (!has(field)) {
            return List.of();
        }
        JsonNode node = root.get(field);
        if (!node.isArray()) {
            throw invalid(field, "must be a list, not " + node);
        }
        return node;
    }

    private JsonNode required(String field) {
        if (!has(field)) {
            throw invalid(field, "is missing");
        }
        return root.get(field);
    }
}
