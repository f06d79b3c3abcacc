package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import java.util.Map;

/**
 * Finds half a surrogate pair anywhere in an event. JSON can spell one ({@code "\ud83d"}, usually a
 * text cut in the middle of an emoji), but no encoding can carry it, neither to the tokenizer nor
 * into the result.
 */
final class WellFormedText {

    private WellFormedText() {}

    /** Checks every text and every field name, depth first; the depth is bounded by the parser. */
    static void check(JsonNode node, String path) throws RejectedEventException {
        if (node.isTextual()) {
            checkText(node.textValue(), path);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), path + "[" + i + "]");
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                checkText(field.getKey(), path.isEmpty() ? "a field's name" : path);
                check(
                        field.getValue(),
                        path.isEmpty() ? field.getKey() : path + "." + field.getKey());
            }
        }
    }

    private static void checkText(String text, String path) throws RejectedEventException {
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
