package dev.flinkreranker.operators.deadletter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flinkreranker.operators.event.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Why an event became a dead letter: the headers that its record has beside the event's own. All
 * are text in UTF-8, numbers decimal.
 *
 * @param code name of a {@link ReasonCode}; a later version may have more of them
 * @param message one line for a person, at most 1000 characters
 * @param sourceTopic the topic of the event
 * @param sourcePartition the partition of the event
 * @param sourceOffset the offset of the event
 * @param tenant the tenant; absent when the event could not be read that far
 * @param requestId the request's id; absent when the event could not be read that far
 * @param omittedBytes bytes of the event's value, where the value was left out because the record
 *     would exceed the limit for records; absent when the value is there
 */
@Internal
public record Failure(
        @JsonProperty(DeadLetter.REASON) String code,
        @JsonProperty(DeadLetter.MESSAGE) @Nullable String message,
        @JsonProperty(DeadLetter.SOURCE_TOPIC) @Nullable String sourceTopic,
        @JsonProperty(DeadLetter.SOURCE_PARTITION) int sourcePartition,
        @JsonProperty(DeadLetter.SOURCE_OFFSET) long sourceOffset,
        @JsonProperty(DeadLetter.TENANT) @JsonInclude(Include.NON_NULL) @Nullable String tenant,
        @JsonProperty(DeadLetter.REQUEST_ID) @JsonInclude(Include.NON_NULL)
                @Nullable String requestId,
        @JsonProperty(DeadLetter.OMITTED_BYTES) @JsonInclude(Include.NON_NULL)
                @Nullable Integer omittedBytes) {

    private static final Set<String> HEADERS =
            Set.of(
                    DeadLetter.REASON,
                    DeadLetter.MESSAGE,
                    DeadLetter.SOURCE_TOPIC,
                    DeadLetter.SOURCE_PARTITION,
                    DeadLetter.SOURCE_OFFSET,
                    DeadLetter.TENANT,
                    DeadLetter.REQUEST_ID,
                    DeadLetter.OMITTED_BYTES);

    /**
     * As it stands in a record's headers; empty when the record is no dead letter. Message and
     * topic are absent only where another program wrote the letter without them.
     */
    public static Optional<Failure> read(List<RecordHeader> headers) {
        String code = text(headers, DeadLetter.REASON);
        String partition = text(headers, DeadLetter.SOURCE_PARTITION);
        String offset = text(headers, DeadLetter.SOURCE_OFFSET);
        if (code == null || !isNumber(partition, 9) || !isNumber(offset, 18)) {
            return Optional.empty();
        }
        String omitted = text(headers, DeadLetter.OMITTED_BYTES);
        return Optional.of(
                new Failure(
                        code,
                        text(headers, DeadLetter.MESSAGE),
                        text(headers, DeadLetter.SOURCE_TOPIC),
                        Integer.parseInt(partition),
                        Long.parseLong(offset),
                        text(headers, DeadLetter.TENANT),
                        text(headers, DeadLetter.REQUEST_ID),
                        isNumber(omitted, 9) ? Integer.valueOf(omitted) : null));
    }

    /** The headers that are the event's own. */
    public static List<RecordHeader> without(List<RecordHeader> headers) {
        return headers.stream().filter(header -> !HEADERS.contains(header.key())).toList();
    }

    /** The headers that tell of the failure. */
    static List<RecordHeader> only(List<RecordHeader> headers) {
        return headers.stream().filter(header -> HEADERS.contains(header.key())).toList();
    }

    /** How often the event of these headers was sent again after a failure. */
    public static int attempts(List<RecordHeader> headers) {
        String attempts = text(headers, DeadLetter.ATTEMPT);
        return isNumber(attempts, 9) ? Integer.parseInt(attempts) : 0;
    }

    /** The headers of the event when it is sent once more: its own, and one attempt more. */
    public static List<RecordHeader> again(List<RecordHeader> headers) {
        List<RecordHeader> again = new ArrayList<>(without(headers));
        again.removeIf(header -> header.key().equals(DeadLetter.ATTEMPT));
        String attempt = Integer.toString(attempts(headers) + 1);
        again.add(RecordHeader.ofText(DeadLetter.ATTEMPT, attempt));
        return again;
    }

    /** Whether the same event may fare better later; false for a code that is not known. */
    @JsonIgnore
    public boolean isTransient() {
        return ReasonCode.find(code).map(ReasonCode::isTransient).orElse(false);
    }

    List<RecordHeader> toHeaders() {
        List<RecordHeader> headers = new ArrayList<>();
        add(headers, DeadLetter.REASON, code);
        add(headers, DeadLetter.MESSAGE, message);
        add(headers, DeadLetter.SOURCE_TOPIC, sourceTopic);
        add(headers, DeadLetter.SOURCE_PARTITION, sourcePartition);
        add(headers, DeadLetter.SOURCE_OFFSET, sourceOffset);
        add(headers, DeadLetter.TENANT, tenant);
        add(headers, DeadLetter.REQUEST_ID, requestId);
        add(headers, DeadLetter.OMITTED_BYTES, omittedBytes);
        return headers;
    }

    private static void add(List<RecordHeader> headers, String key, @Nullable Object value) {
        if (value != null) {
            headers.add(RecordHeader.ofText(key, value.toString()));
        }
    }

    /** The last one counts, as in Kafka. */
    static @Nullable String text(List<RecordHeader> headers, String key) {
        String text = null;
        for (RecordHeader header : headers) {
            if (header.key().equals(key) && header.value() != null) {
                text = new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return text;
    }

    static boolean isNumber(@Nullable String text, int digits) {
        return text != null && text.length() <= digits && text.matches("[0-9]+");
    }
}
