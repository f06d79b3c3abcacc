package dev.flinkreranker.job.deadletter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flinkreranker.job.terminal.SafeText;
import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A letter as it is printed. Bytes are given as text where they are UTF-8, and else in base 64.
 *
 * @param letter its place
 * @param time its request's time
 * @param failure what its headers say
 * @param repeatable whether it may fare better without a change
 * @param remedy what to do about it
 * @param attempts how often its event had been sent again
 * @param sentAgain when it was sent again; null when it was not
 * @param key the event's key
 * @param headers the event's own headers
 * @param value the event's value; not in lists
 */
@JsonInclude(Include.NON_NULL)
record LetterView(
        String letter,
        @Nullable Instant time,
        Failure failure,
        @JsonProperty("transient") boolean repeatable,
        String remedy,
        int attempts,
        @Nullable Instant sentAgain,
        @Nullable Bytes key,
        List<Header> headers,
        @Nullable Bytes value) {

    /**
     * Bytes, one way or the other.
     *
     * @param text as UTF-8
     * @param base64 where they are none
     */
    @JsonInclude(Include.NON_NULL)
    record Bytes(@Nullable String text, byte @Nullable [] base64) {

        static @Nullable Bytes of(byte @Nullable [] bytes) {
            if (bytes == null) {
                return null;
            }
            try {
                var decoder = StandardCharsets.UTF_8.newDecoder();
                return new Bytes(decoder.decode(ByteBuffer.wrap(bytes)).toString(), null);
            } catch (CharacterCodingException e) {
                return new Bytes(null, bytes);
            }
        }

        String safe() {
            return text == null ? SafeText.of(base64) : SafeText.of(text);
        }
    }

    /**
     * A header of the event.
     *
     * @param name its key
     * @param value null as in Kafka
     */
    record Header(String name, @Nullable Bytes value) {}

    /** Wholly. */
    static LetterView of(StoredLetter stored, @Nullable Instant sentAgain) {
        Failure failure = stored.failure();
        return new LetterView(
                stored.id().toString(),
                stored.time(),
                failure,
                failure.isTransient(),
                ReasonCode.find(failure.code())
                        .map(ReasonCode::remedy)
                        .orElse("this version does not know the reason; see the message"),
                stored.attempts(),
                sentAgain,
                Bytes.of(stored.record().key()),
                Failure.without(stored.record().headers()).stream()
                        .map(LetterView::header)
                        .toList(),
                Bytes.of(stored.record().value()));
    }

    private static Header header(RecordHeader header) {
        return new Header(header.key(), Bytes.of(header.value()));
    }

    /** For a person, a line for each thing. */
    String text() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("letter", letter);
        lines.put("time", time == null ? "unknown" : time.toString());
        lines.put("reason", SafeText.of(failure.code()));
        lines.put("message", failure.message() == null ? "" : SafeText.of(failure.message()));
        lines.put("what to do", remedy);
        put(lines, "tenant", failure.tenant());
        put(lines, "request", failure.requestId());
        lines.put(
                "source",
                "%s, partition %d, offset %d"
                        .formatted(
                                SafeText.of(String.valueOf(failure.sourceTopic())),
                                failure.sourcePartition(),
                                failure.sourceOffset()));
        lines.put("attempts", Integer.toString(attempts));
        lines.put("sent again", sentAgain == null ? "no" : "at " + sentAgain);
        lines.put("key", key == null ? "none" : key.safe());
        for (Header header : headers) {
            lines.merge(
                    "header " + SafeText.of(header.name()),
                    header.value() == null ? "none" : header.value().safe(),
                    (first, second) -> first + " | " + second);
        }
        lines.put("value", valueText());
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder text = new StringBuilder();
        lines.forEach(
                (name, line) ->
                        text.append(name)
                                .append(" ".repeat(width - name.length() + 2))
                                .append(line)
                                .append('\n'));
        return text.toString();
    }

    private static void put(Map<String, String> lines, String name, @Nullable String text) {
        if (text != null) {
            lines.put(name, SafeText.of(text));
        }
    }

    private String valueText() {
        if (failure.omittedBytes() != null) {
            return "left out, %d bytes; it is still at its source"
                    .formatted(failure.omittedBytes());
        }
        return value == null ? "none" : value.safe();
    }
}
