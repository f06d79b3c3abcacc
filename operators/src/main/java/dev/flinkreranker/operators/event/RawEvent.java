package dev.flinkreranker.operators.event;

import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record as it was read: nothing is parsed yet, so reading it cannot fail. Flink serializes
 * it field by field (a record is a POJO to it), without Kryo.
 *
 * @param key as it was sent
 * @param value as it was sent; a tombstone has none
 * @param headers in the order of the record
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param timestamp milliseconds since the epoch; negative when the record has none
 */
@Internal
public record RawEvent(
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<RecordHeader> headers,
        String topic,
        int partition,
        long offset,
        long timestamp) {}
