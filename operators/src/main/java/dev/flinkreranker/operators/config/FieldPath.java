package dev.flinkreranker.operators.config;

import org.apache.flink.annotation.Internal;

/** Where a field stands, for messages: {@code tenants.acme.top_n}. */
@Internal
public final class FieldPath {

    private FieldPath() {}

    /**
     * The path of a field.
     *
     * @param path of the object that holds it; empty for the root
     */
    public static String of(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
