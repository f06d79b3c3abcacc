package dev.flinkreranker.operators.event;

import java.util.List;

/**
 * A Kafka record as it was read: nothing is parsed yet, so reading it cannot fail. Flink serializes
 * it field by field (a record is a POJO to it), without Kryo.
 *
 * @param key may be null
 * @param value may be null (a tombstone)
 * @param headers in the order of the record
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param timestamp milliseconds since the epoch; negative when the record has none
 */
public record RawEvent(
        byte[] key,
        byte[] value,
        List<RecordHeader> headers,
        String topic,
        int partition,
        long offset,
        long timestamp) {}
