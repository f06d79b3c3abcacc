package dev.flinkreranker.operators.config;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/** What a field that cannot be bound to a record must be, in one line that begins with its path. */
@Internal
public final class FieldFault {

    private FieldFault() {}

    /**
     * @param path where the object stands that was bound; empty for the root
     */
    public static String of(JsonMappingException e, String path) {
        String field = path(e, path);
        if (e instanceof ValueInstantiationException && e.getCause() != null) {
            return FieldPath.of(field, e.getCause().getMessage());
        }
        if (field.isEmpty()) {
            field = "it";
        }
        if (e instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
            return "%s must be one of %s, but is \"%s\""
                    .formatted(field, constants(format.getTargetType()), format.getValue());
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "%s must be %s".formatted(field, kind(mismatch.getTargetType()));
        }
        return field + " has a value that does not fit";
    }

    private static String path(JsonMappingException e, String prefix) {
        StringBuilder path = new StringBuilder(prefix);
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static String constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String kind(Class<?> type) {
        if (type == Integer.class || type == int.class) {
            return "an integer between -2147483648 and 2147483647";
        }
        if (type == Long.class || type == long.class) {
            return "an integer";
        }
        if (type == Double.class
                || type == double.class
                || type == Float.class
                || type == float.class) {
            return "a number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a string";
        }
        if (type == Duration.class) {
            return "a duration such as 500ms, 5s, 10min or 1h";
        }
        if (List.class.isAssignableFrom(type)) {
            return "a list";
        }
        if (type.isEnum()) {
            return "one of " + constants(type);
        }
        return Map.class.isAssignableFrom(type) || type.isRecord()
                ? "a map of fields"
                : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
