package dev.flinkreranker.workbench.replay.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A field of a configuration and the values to try, written {@code field=value,value}.
 *
 * @param field as in the file
 * @param values as written; the layers of a list of layers are joined by {@code +}, stages are a
 *     list of YAML
 */
public record Grid(String field, List<String> values) {
    private static final Set<String> LISTS = Set.of("cutoff_layers", "compress_layers");

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    public static Grid parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw new IllegalArgumentException(
                    "\""
                            + text
                            + "\" is not of the form FIELD=VALUE,VALUE, as in"
                            + " cutoff_layers=8,16");
        }
        return new Grid(text.substring(0, equals), split(text.substring(equals + 1)));
    }

    /** At commas that no bracket encloses. */
    private static List<String> split(String values) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < values.length(); i++) {
            char c = values.charAt(i);
            depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(values.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(values.substring(from));
        return List.copyOf(parts);
    }

    /** A value as it would stand in the file. */
    JsonNode value(String text) {
        try {
            if (!LISTS.contains(field)) {
                return Yaml.parse(text);
            }
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            for (String element : text.split("\\+")) {
                list.add(Yaml.parse(element));
            }
            return list;
        } catch (InvalidConfigException e) {
            throw new IllegalArgumentException(
                    field + "=" + text + " is not a value: " + e.getMessage(), e);
        }
    }
}
