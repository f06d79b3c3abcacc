package dev.flinkreranker.operators.request;

import com.fasterxml.jackson.databind.JsonNode;

/** Names a JSON value's type for a message, without showing the value. */
final class JsonTypeName {

    private JsonTypeName() {}

    static String of(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case MISSING -> "empty";
        };
    }
}
