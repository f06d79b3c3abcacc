package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * What a request says about itself, such as its language: top-level fields of its own choice that
 * hold a string, a number or a boolean. A tenant's routes may depend on them.
 *
 * <p>A value is kept as JSON: a string in quotes, a number in one spelling for all that are equal.
 * What is too long or too large is left out, and so is what comes after the first {@value
 * #MAX_FIELDS}.
 */
@Internal
public final class Attributes {

    /** Most fields that are kept of a request. */
    public static final int MAX_FIELDS = 64;

    /** Most characters of a field's name. */
    public static final int MAX_NAME_CHARS = 64;

    /** Most characters of a string. */
    public static final int MAX_VALUE_CHARS = 256;

    /**
     * Largest exponent of a number in scientific notation, either way; doubles need 324. A decimal
     * may have more than two billion, where taking its last zeros away overflows.
     */
    public static final int MAX_EXPONENT = 1_000;

    private Attributes() {}

    /** A value as it is kept; empty for what is no scalar, too long or too large. */
    public static Optional<String> text(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue().length() > MAX_VALUE_CHARS
                    ? Optional.empty()
                    : Optional.of(TextNode.valueOf(value.textValue()).toString());
        }
        if (value.isBoolean()) {
            return Optional.of(value.asText());
        }
        if (value instanceof NumericNode number && !number.isNaN()) {
            return text(number.decimalValue());
        }
        return Optional.empty();
    }

    private static Optional<String> text(BigDecimal number) {
        long exponent = number.signum() == 0 ? 0 : WellFormedValues.exponent(number);
        return Math.abs(exponent) > MAX_EXPONENT
                ? Optional.empty()
                : Optional.of(number.stripTrailingZeros().toString());
    }

    /**
     * The attributes of a request, by name.
     *
     * @param others names of fields that mean something else
     */
    static Map<String, String> of(ObjectNode event, Set<String> others) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            if (attributes.size() == MAX_FIELDS) {
                break;
            }
            String name = field.getKey();
            if (name.length() <= MAX_NAME_CHARS && !others.contains(name)) {
                text(field.getValue()).ifPresent(text -> attributes.put(name, text));
            }
        }
        return attributes;
    }
}
