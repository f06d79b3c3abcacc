package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;

/**
 * One Kafka header.
 *
 * @param key never null
 * @param value may be null, as in Kafka
 */
public record RecordHeader(String key, byte[] value) {

    /** A header whose value is text in UTF-8. */
    public static RecordHeader ofText(String key, String value) {
        return new RecordHeader(key, value.getBytes(StandardCharsets.UTF_8));
    }
}
