package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka header.
 *
 * @param key its name; a record may have several of one name
 * @param value its value; Kafka allows none
 */
@Internal
public record RecordHeader(String key, byte @Nullable [] value) {

    /** A header whose value is text in UTF-8. */
    public static RecordHeader ofText(String key, String value) {
        return new RecordHeader(key, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The text of the last header of this name, if there is one with a value. */
    public static @Nullable String lastText(List<RecordHeader> headers, String key) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            RecordHeader header = headers.get(i);
            if (header.key().equals(key)) {
                return header.value() == null
                        ? null
                        : new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
