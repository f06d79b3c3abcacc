package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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

    /** The value of the last header of this name that has one. */
    public static Optional<byte[]> last(List<RecordHeader> headers, String key) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            RecordHeader header = headers.get(i);
            if (header.value() != null && header.key().equals(key)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /** The same as text in UTF-8. */
    public static Optional<String> lastText(List<RecordHeader> headers, String key) {
        return last(headers, key).map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
