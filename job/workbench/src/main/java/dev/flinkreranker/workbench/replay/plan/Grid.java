package dev.flinkreranker.workbench.replay.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.util.List;
import java.util.Set;

/**
 * A field of a configuration and the values to try, written {@code field=value,value}.
 *
 * @param field as in the file
 * @param values as written; of a field that is a list, its elements are joined by {@code +}
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
        if (text.startsWith("stages=")) {
            throw new IllegalArgumentException(
                    "stages cannot be a grid: give each cascade a file of its own with --config");
        }
        return new Grid(text.substring(0, equals), List.of(text.substring(equals + 1).split(",")));
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
