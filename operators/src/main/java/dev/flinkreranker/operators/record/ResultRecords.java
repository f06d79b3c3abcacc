package dev.flinkreranker.operators.record;

import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.ReplyAddress;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultDelivery;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of results, so that their topics take them.
 *
 * @param key what their keys are
 * @param topic what the topic of results takes
 * @param replyTopics what the topics take that a request may name instead, by name
 */
record ResultRecords(
        ResultDelivery.Key key, TopicLimits topic, Map<String, TopicLimits> replyTopics) {

    /**
     * With what the topics take now.
     *
     * @throws Exception if nobody answers, which fails the task
     */
    static ResultRecords open(ResultDelivery delivery) throws Exception {
        return new ResultRecords(
                delivery.key(), delivery.topic().read(), delivery.readReplyTopics());
    }

    /**
     * The record of a result.
     *
     * @param maxBytes most bytes of a record, whatever its topic takes
     * @throws RejectedEventException if the result cannot be written: it would be refused by the
     *     broker, again after every restart
     */
    OutgoingRecord of(RawEvent event, RerankRequest request, RankedResult result, long maxBytes)
            throws RejectedEventException {
        TopicLimits limits = limits(event);
        byte[] recordKey = key(event, request);
        if (limits.keyed() && recordKey == null) {
            throw new RejectedEventException(
                    ReasonCode.NO_KEY,
                    "the event has no key, and the topic of results is compacted, which takes none"
                            + " without");
        }
        OutgoingRecord record =
                new OutgoingRecord(
                        recordKey, ResultCodec.encode(result), Failure.without(event.headers()));
        long size = record.size();
        long limit = Math.min(maxBytes, limits.maxBytes());
        if (size > limit) {
            throw new RejectedEventException(
                    ReasonCode.RESULT_TOO_LARGE,
                    "the result has %d bytes; the limit is %d (%s)"
                            .formatted(
                                    size,
                                    limit,
                                    limit == maxBytes
                                            ? "limits.record_bytes"
                                            : "max.message.bytes of the topic of results"));
        }
        return record;
    }

    private TopicLimits limits(RawEvent event) throws RejectedEventException {
        if (replyTopics.isEmpty()) {
            return topic;
        }
        ReplyAddress reply = ReplyAddress.of(event.headers());
        TopicLimits limits = reply.topic() == null ? topic : replyTopics.get(reply.topic());
        if (limits == null) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_FIELD,
                    "the header %s names the topic %s, which results.reply_topics does not have"
                            .formatted(ReplyAddress.TOPIC, reply.topic()));
        }
        Integer partition = reply.partition();
        if (partition != null && (partition < 0 || partition >= limits.partitions())) {
            throw new RejectedEventException(
                    ReasonCode.INVALID_FIELD,
                    "the header %s names no partition of %s, which has 0 to %d"
                            .formatted(
                                    ReplyAddress.PARTITION,
                                    reply.topic() == null
                                            ? "the topic of results"
                                            : "the topic " + reply.topic(),
                                    limits.partitions() - 1));
        }
        return limits;
    }

    private byte @Nullable [] key(RawEvent event, RerankRequest request) {
        return switch (key) {
            case EVENT -> event.key();
            case TENANT -> request.tenant().getBytes(StandardCharsets.UTF_8);
            case REQUEST_ID -> request.requestId().getBytes(StandardCharsets.UTF_8);
        };
    }
}
