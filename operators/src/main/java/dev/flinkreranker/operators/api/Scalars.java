package dev.flinkreranker.operators.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** A string, number or boolean of the user's as a tenant's config has it. */
final class Scalars {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Scalars() {}

    /** Null for anything else. */
    static @Nullable JsonNode node(Object value) {
        if (value instanceof String || value instanceof Enum) {
            return JSON.textNode(value.toString());
        }
        if (value instanceof Boolean truth) {
            return JSON.booleanNode(truth);
        }
        if (value instanceof BigDecimal decimal) {
            return JSON.numberNode(decimal);
        }
        if (value instanceof BigInteger integer) {
            return JSON.numberNode(integer);
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            return JSON.numberNode(((Number) value).longValue());
        }
        return value instanceof Number number ? JSON.numberNode(number.doubleValue()) : null;
    }
}
