package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka header.
 *
 * @param key its name; a record may have several of one name
 * @param value its value; Kafka allows none
 */
public record RecordHeader(String key, byte @Nullable [] value) {

    /** A header whose value is text in UTF-8. */
    public static RecordHeader ofText(String key, String value) {
        return new RecordHeader(key, value.getBytes(StandardCharsets.UTF_8));
    }
}
