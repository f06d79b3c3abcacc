package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A record to be written: to the results or to the dead letters. Its timestamp is that of the
 * stream's element, which is the timestamp of the request.
 *
 * @param key that of the request
 * @param value a result, a letter, or none
 * @param headers in order
 */
@Internal
public record OutgoingRecord(
        byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {

    // Kafka's DefaultRecordBatch.RECORD_BATCH_OVERHEAD, and its DefaultRecord.MAX_RECORD_OVERHEAD,
    // which counts neither the lengths of key and value nor the number of headers.
    private static final int BATCH_OVERHEAD = 61;
    private static final int RECORD_OVERHEAD = 21 + 3 * 5;
    private static final int HEADER_OVERHEAD = 10;

    // What no codec can compress grows by its frame and by its blocks' headers.
    private static final int FRAME_OVERHEAD = 32;
    private static final int BLOCK_SHARE = 1_024;

    /**
     * An upper bound of the bytes of a Kafka batch that holds the record alone, whatever compresses
     * it: what a broker compares with {@code max.message.bytes}.
     */
    public long size() {
        long size = BATCH_OVERHEAD + RECORD_OVERHEAD + length(key) + length(value);
        for (RecordHeader header : headers) {
            size +=
                    HEADER_OVERHEAD
                            + header.key().getBytes(StandardCharsets.UTF_8).length
                            + length(header.value());
        }
        return size + size / BLOCK_SHARE + FRAME_OVERHEAD;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
