package dev.flinkreranker.operators.deadletter;

import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * An event that gets no result. Its record has the key, value, headers and timestamp of the event,
 * unchanged, and the headers named here, all text in UTF-8.
 *
 * @param event the event
 * @param reason why
 * @param message one line for a person
 * @param tenant the tenant, unless the event could not be read that far
 * @param requestId the request's id, unless the event could not be read that far
 */
@Internal
public record DeadLetter(
        RawEvent event,
        ReasonCode reason,
        String message,
        @Nullable String tenant,
        @Nullable String requestId) {

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

    /**
     * Header of an event, not of its failure: how often it was sent again after a failure, decimal.
     * A letter has it as its event had it.
     */
    public static final String ATTEMPT = "rerank.redrive.attempt";

    /**
     * Header of a mark, a record among the dead letters without key and value: the offset, in the
     * mark's own partition, of a letter that was sent again. A mark lies behind its letter, so
     * retention takes it no earlier.
     */
    public static final String SENT_AGAIN = "rerank.redrive.of";

    private static final int MESSAGE_CHARS = 1000;

    /** The headers of a mark. */
    public static List<RecordHeader> mark(long offset) {
        return List.of(RecordHeader.ofText(SENT_AGAIN, Long.toString(offset)));
    }

    /** The offset that a mark names; empty when the headers are not a mark's. */
    public static OptionalLong sentAgain(List<RecordHeader> headers) {
        String offset = Failure.text(headers, SENT_AGAIN);
        return Failure.isNumber(offset, 18)
                ? OptionalLong.of(Long.parseLong(offset))
                : OptionalLong.empty();
    }

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
        List<RecordHeader> own = failure().toHeaders();
        // An event that was sent once more as it was carries the headers of its former failure.
        List<RecordHeader> headers = new ArrayList<>(Failure.without(event.headers()));
        headers.addAll(own);
        return shortened(new OutgoingRecord(event.key(), event.value(), headers), maxBytes);
    }

    /**
     * A letter's record without what would make it larger than the limit: its value, and where that
     * is not enough, its key and the event's own headers too.
     */
    public static OutgoingRecord shortened(OutgoingRecord letter, long maxBytes) {
        if (letter.size() <= maxBytes) {
            return letter;
        }
        List<RecordHeader> headers = new ArrayList<>(letter.headers());
        if (Failure.text(headers, OMITTED_BYTES) == null) {
            int bytes = letter.value() == null ? 0 : letter.value().length;
            headers.add(RecordHeader.ofText(OMITTED_BYTES, Integer.toString(bytes)));
        }
        OutgoingRecord withoutValue = new OutgoingRecord(letter.key(), null, headers);
        return withoutValue.size() <= maxBytes
                ? withoutValue
                : new OutgoingRecord(null, null, Failure.only(headers));
    }

    private Failure failure() {
        return new Failure(
                reason.name(),
                shorten(message),
                event.topic(),
                event.partition(),
                event.offset(),
                tenant,
                requestId,
                null);
    }

    private static String shorten(String text) {
        return text.length() <= MESSAGE_CHARS ? text : text.substring(0, MESSAGE_CHARS - 1) + "…";
    }
}
