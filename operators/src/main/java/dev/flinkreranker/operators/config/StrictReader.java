package dev.flinkreranker.operators.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Binds a tree of JSON or YAML to records, strictly: an unknown field, a wrong type, a fraction for
 * an integer are errors that name the field by its path. Fields are named in snake case.
 */
@Internal
public final class StrictReader {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .withCoercionConfig(
                            LogicalType.Textual,
                            text ->
                                    text.setCoercion(
                                                    CoercionInputShape.Integer, CoercionAction.Fail)
                                            .setCoercion(
                                                    CoercionInputShape.Float, CoercionAction.Fail)
                                            .setCoercion(
                                                    CoercionInputShape.Boolean,
                                                    CoercionAction.Fail))
                    // A section of YAML with nothing below it reads as an empty string.
                    .withCoercionConfig(
                            LogicalType.POJO,
                            section ->
                                    section.setCoercion(
                                            CoercionInputShape.EmptyString, CoercionAction.AsNull))
                    .withCoercionConfig(
                            LogicalType.Map,
                            section ->
                                    section.setCoercion(
                                            CoercionInputShape.EmptyString, CoercionAction.AsNull))
                    .addModule(
                            new SimpleModule()
                                    .addDeserializer(Duration.class, new DurationDeserializer()))
                    .build();

    private StrictReader() {}

    /**
     * Binds a tree.
     *
     * @param tree an object; without one, as if it were empty
     * @param type a record
     * @param path where the tree stands, for messages; empty for the root
     * @throws InvalidConfigException if it does not fit, or the record refuses a value
     */
    public static <T> T read(@Nullable JsonNode tree, Class<T> type, String path) {
        JsonNode object = tree == null || tree.isNull() ? MAPPER.createObjectNode() : tree;
        if (!object.isObject()) {
            throw new InvalidConfigException(
                    (path.isEmpty() ? "the file" : path)
                            + " must be a map of fields, but is "
                            + named(object));
        }
        checkNames(object, type, path);
        try {
            return MAPPER.treeToValue(object, type);
        } catch (JsonMappingException e) {
            throw new InvalidConfigException(FieldFault.of(e, path));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is read from no text", e);
        }
    }

    /** The tree of a record, every field present. */
    public static ObjectNode tree(Object record) {
        return MAPPER.valueToTree(record);
    }

    /** A new tree: the fields of {@code base}, replaced by those of {@code over}. */
    public static ObjectNode merge(@Nullable JsonNode base, @Nullable JsonNode over) {
        ObjectNode merged = MAPPER.createObjectNode();
        for (JsonNode layer : Arrays.asList(base, over)) {
            if (layer != null && layer.isObject()) {
                for (Map.Entry<String, JsonNode> field : layer.properties()) {
                    merged.set(field.getKey(), field.getValue());
                }
            }
        }
        return merged;
    }

    /** Before binding, which would first complain of what an unknown name was meant to set. */
    private static void checkNames(JsonNode tree, Type type, String path) {
        if (tree.isArray()
                && type instanceof ParameterizedType list
                && list.getRawType() == List.class) {
            for (int i = 0; i < tree.size(); i++) {
                checkNames(tree.get(i), list.getActualTypeArguments()[0], path + "[" + i + "]");
            }
        }
        if (!tree.isObject()) {
            return;
        }
        if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            for (Map.Entry<String, JsonNode> entry : tree.properties()) {
                checkNames(
                        entry.getValue(),
                        map.getActualTypeArguments()[1],
                        path + "." + entry.getKey());
            }
        } else if (type instanceof Class<?> record && record.isRecord()) {
            Map<String, Type> known = new TreeMap<>();
            for (RecordComponent component : record.getRecordComponents()) {
                known.put(snakeCase(component.getName()), component.getGenericType());
            }
            for (Map.Entry<String, JsonNode> field : tree.properties()) {
                String name = field.getKey();
                String fieldPath = FieldPath.of(path, name);
                if (!known.containsKey(name)) {
                    String hint = NearestName.hint(name, known.keySet());
                    throw new InvalidConfigException(
                            fieldPath
                                    + " is not known"
                                    + (hint.isEmpty()
                                            ? "; known are " + String.join(", ", known.keySet())
                                            : hint));
                }
                checkNames(field.getValue(), known.get(name), fieldPath);
            }
        }
    }

    private static String snakeCase(String name) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(name);
    }

    private static String named(JsonNode node) {
        return "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
