package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.config.FieldPath;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * Finds what JSON can spell and a result cannot carry, anywhere in an event: half a surrogate pair
 * ({@code "\ud83d"}, usually a text cut in the middle of an emoji), which no encoding has, and a
 * number with an exponent that decimals do not reach once it is written in another way.
 */
@Internal
public final class WellFormedValues {

    /**
     * Largest exponent of a number in scientific notation, either way; a decimal ends soon above.
     */
    private static final int MAX_EXPONENT = 2_000_000_000;

    private WellFormedValues() {}

    /** Checks every value and every field name, depth first; the depth is bounded by the parser. */
    static void check(JsonNode node, String path) throws RejectedEventException {
        if (node.isTextual()) {
            checkText(node.textValue(), path);
        } else if (node.isBigDecimal()) {
            checkNumber(node.decimalValue(), path);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), path + "[" + i + "]");
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                checkText(field.getKey(), path.isEmpty() ? "a field's name" : path);
                check(field.getValue(), FieldPath.of(path, field.getKey()));
            }
        }
    }

    /** The exponent of a number in scientific notation, which may be beyond an integer. */
    static long exponent(BigDecimal number) {
        return number.precision() - 1L - number.scale();
    }

    private static void checkNumber(BigDecimal number, String path) throws RejectedEventException {
        if (Math.abs(exponent(number)) > MAX_EXPONENT) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_JSON,
                    "%s is a number with an exponent that is not between -%d and %2$d"
                            .formatted(path, MAX_EXPONENT));
        }
    }

    /**
     * Checks a text.
     *
     * @param path what it is, for the message
     */
    public static void checkText(String text, String path) throws RejectedEventException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                throw new RejectedEventException(
                        ReasonCode.INVALID_TEXT,
                        "%s holds half a surrogate pair (\\u%04x) at character %d"
                                .formatted(path, (int) c, i));
            }
        }
    }
}
