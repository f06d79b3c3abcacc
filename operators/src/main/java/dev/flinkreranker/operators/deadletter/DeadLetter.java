package dev.flinkreranker.operators.deadletter;

import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An event that gets no result. Its record has the key, value, headers and timestamp of the event,
 * unchanged, and the headers named here, all text in UTF-8.
 *
 * @param event the event
 * @param reason why
 * @param message one line for a person
 * @param tenant the tenant; null when the event could not be read that far
 * @param requestId the request's id; null when the event could not be read that far
 */
public record DeadLetter(
        RawEvent event, ReasonCode reason, String message, String tenant, String requestId) {

    /** Header: the name of the {@link ReasonCode}. */
    public static final String REASON = "rerank.error.code";

    /** Header: the message, at most 1000 characters. */
    public static final String MESSAGE = "rerank.error.message";

    /** Header: the topic of the event. */
    public static final String SOURCE_TOPIC = "rerank.source.topic";

    /** Header: the partition of the event, decimal. */
    public static final String SOURCE_PARTITION = "rerank.source.partition";

    /** Header: the offset of the event, decimal. */
    public static final String SOURCE_OFFSET = "rerank.source.offset";

    /** Header: the tenant, when known. */
    public static final String TENANT = "rerank.tenant";

    /** Header: the request's id, when known. */
    public static final String REQUEST_ID = "rerank.request_id";

    /**
     * Header: the number of bytes of the event's value, present only when the value (and, where
     * that is not enough, also the key and the event's own headers) is left out because the record
     * would exceed the limit for records. The event itself is still at its source topic, partition
     * and offset.
     */
    public static final String OMITTED_BYTES = "rerank.value.omitted_bytes";

    private static final int MESSAGE_CHARS = 1000;

    private static final Set<String> OWN_HEADERS =
            Set.of(
                    REASON,
                    MESSAGE,
                    SOURCE_TOPIC,
                    SOURCE_PARTITION,
                    SOURCE_OFFSET,
                    TENANT,
                    REQUEST_ID,
                    OMITTED_BYTES);

    /** The dead letter of a rejected event. */
    public static DeadLetter of(RawEvent event, RejectedEventException rejection) {
        return new DeadLetter(
                event,
                rejection.reason(),
                rejection.getMessage(),
                rejection.tenant(),
                rejection.requestId());
    }

    /**
     * The record to write.
     *
     * @param maxBytes largest record that may be written; a larger value is left out, and {@link
     *     #OMITTED_BYTES} says so
     */
    public OutgoingRecord toRecord(long maxBytes) {
        List<RecordHeader> own = ownHeaders();
        List<RecordHeader> headers = new ArrayList<>();
        for (RecordHeader header : event.headers()) {
            // An event that was sent once more carries the headers of its former failure.
            if (!OWN_HEADERS.contains(header.key())) {
                headers.add(header);
            }
        }
        headers.addAll(own);
        OutgoingRecord whole = new OutgoingRecord(event.key(), event.value(), headers);
        if (whole.size() <= maxBytes) {
            return whole;
        }
        RecordHeader omitted =
                RecordHeader.ofText(
                        OMITTED_BYTES,
                        Integer.toString(event.value() == null ? 0 : event.value().length));
        headers.add(omitted);
        OutgoingRecord withoutValue = new OutgoingRecord(event.key(), null, headers);
        if (withoutValue.size() <= maxBytes) {
            return withoutValue;
        }
        own.add(omitted);
        return new OutgoingRecord(null, null, own);
    }

    private List<RecordHeader> ownHeaders() {
        List<RecordHeader> headers = new ArrayList<>();
        headers.add(RecordHeader.ofText(REASON, reason.name()));
        headers.add(RecordHeader.ofText(MESSAGE, shorten(message)));
        headers.add(RecordHeader.ofText(SOURCE_TOPIC, event.topic()));
        headers.add(RecordHeader.ofText(SOURCE_PARTITION, Integer.toString(event.partition())));
        headers.add(RecordHeader.ofText(SOURCE_OFFSET, Long.toString(event.offset())));
        if (tenant != null) {
            headers.add(RecordHeader.ofText(TENANT, tenant));
        }
        if (requestId != null) {
            headers.add(RecordHeader.ofText(REQUEST_ID, requestId));
        }
        return headers;
    }

    private static String shorten(String text) {
        return text.length() <= MESSAGE_CHARS ? text : text.substring(0, MESSAGE_CHARS - 1) + "…";
    }
}
