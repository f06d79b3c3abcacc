package dev.flinkreranker.operators.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Where a request wants its result, by its headers. Of several headers of a name the last counts.
 *
 * @param topic the topic's name; null where none is named
 * @param partition the partition's number; null where none is named; {@link #NO_NUMBER} where the
 *     header is no number of a partition
 */
@Internal
public record ReplyAddress(@Nullable String topic, @Nullable Integer partition) {

    /** Header: a topic's name, in UTF-8. */
    public static final String TOPIC = "reply-to";

    /**
     * Header: a partition's number, in decimal digits, or in four bytes, the highest first. No
     * topic has so many partitions that one could be taken for the other.
     */
    public static final String PARTITION = "reply-partition";

    /** What no partition's number is. */
    public static final int NO_NUMBER = -1;

    private static final int MOST_DIGITS = 9;

    /** What a record's headers say. */
    public static ReplyAddress of(List<RecordHeader> headers) {
        return new ReplyAddress(
                RecordHeader.lastText(headers, TOPIC).orElse(null),
                RecordHeader.last(headers, PARTITION).map(ReplyAddress::number).orElse(null));
    }

    private static int number(byte[] value) {
        String text = new String(value, UTF_8);
        if (!text.isEmpty()
                && text.length() <= MOST_DIGITS
                && text.chars().allMatch(c -> '0' <= c && c <= '9')) {
            return Integer.parseInt(text);
        }
        return value.length == Integer.BYTES
                ? Math.max(NO_NUMBER, ByteBuffer.wrap(value).getInt())
                : NO_NUMBER;
    }
}
