package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record to be written: to the results or to the dead letters. Its timestamp is that of the
 * stream's element, which is the timestamp of the request.
 *
 * @param key that of the request
 * @param value a result, a letter, or none
 * @param headers in order
 */
public record OutgoingRecord(
        byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {

    // Length, attributes, offset and timestamp deltas of a record, at their largest.
    private static final int RECORD_OVERHEAD = 64;
    private static final int HEADER_OVERHEAD = 10;

    /** An upper bound of the bytes that the record takes in a Kafka batch, uncompressed. */
    public long size() {
        long size = RECORD_OVERHEAD + length(key) + length(value);
        for (RecordHeader header : headers) {
            size +=
                    HEADER_OVERHEAD
                            + header.key().getBytes(StandardCharsets.UTF_8).length
                            + length(header.value());
        }
        return size;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
