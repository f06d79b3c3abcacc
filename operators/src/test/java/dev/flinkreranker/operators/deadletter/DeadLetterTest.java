package dev.flinkreranker.operators.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    private static final byte[] KEY = {1};

    @Test
    void originalBytesAndHeadersWithTheReasonBesideThem() {
        byte[] value = {0, (byte) 0xff};
        OutgoingRecord record =
                letter(event(value, RecordHeader.ofText("trace", "t"))).toRecord(1_000_000);

        assertThat(record.key()).isSameAs(KEY);
        assertThat(record.value()).isSameAs(value);
        assertThat(texts(record))
                .containsOnly(
                        Map.entry("trace", "t"),
                        Map.entry(DeadLetter.REASON, "INVALID_JSON"),
                        Map.entry(DeadLetter.MESSAGE, "broken"),
                        Map.entry(DeadLetter.SOURCE_TOPIC, "requests"),
                        Map.entry(DeadLetter.SOURCE_PARTITION, "2"),
                        Map.entry(DeadLetter.SOURCE_OFFSET, "77"),
                        Map.entry(DeadLetter.TENANT, "acme"),
                        Map.entry(DeadLetter.REQUEST_ID, "r"));
    }

    @Test
    void headersOfAnEarlierFailureAreReplaced() {
        RawEvent again =
                event(
                        new byte[0],
                        RecordHeader.ofText(DeadLetter.REASON, "TIMED_OUT"),
                        RecordHeader.ofText(DeadLetter.SOURCE_OFFSET, "1"),
                        RecordHeader.ofText("trace", "t"));

        assertThat(texts(letter(again).toRecord(1_000_000)))
                .containsEntry(DeadLetter.REASON, "INVALID_JSON")
                .containsEntry(DeadLetter.SOURCE_OFFSET, "77")
                .containsEntry("trace", "t");
    }

    @Test
    void aValueThatNoBrokerWouldTakeIsLeftOutAndSaidSo() {
        OutgoingRecord record =
                letter(event(new byte[20_000], RecordHeader.ofText("trace", "t"))).toRecord(10_000);

        assertThat(record.value()).isNull();
        assertThat(record.key()).isSameAs(KEY);
        assertThat(record.size()).isLessThanOrEqualTo(10_000);
        assertThat(texts(record))
                .containsEntry(DeadLetter.OMITTED_BYTES, "20000")
                .containsEntry("trace", "t");
    }

    @Test
    void soAreHeadersThatNoBrokerWouldTake() {
        OutgoingRecord record =
                letter(event(new byte[3], new RecordHeader("big", new byte[20_000])))
                        .toRecord(10_000);

        assertThat(record.value()).isNull();
        assertThat(record.key()).isNull();
        assertThat(record.size()).isLessThanOrEqualTo(10_000);
        assertThat(texts(record))
                .containsEntry(DeadLetter.OMITTED_BYTES, "3")
                .containsEntry(DeadLetter.SOURCE_OFFSET, "77")
                .doesNotContainKey("big");
    }

    @Test
    void aLongMessageIsShortened() {
        OutgoingRecord record =
                new DeadLetter(
                                event(new byte[0]),
                                ReasonCode.INVALID_FIELD,
                                "m".repeat(5_000),
                                null,
                                null)
                        .toRecord(10_000);

        assertThat(texts(record).get(DeadLetter.MESSAGE)).hasSize(1_000).endsWith("…");
        assertThat(texts(record)).doesNotContainKeys(DeadLetter.TENANT, DeadLetter.REQUEST_ID);
    }

    private static DeadLetter letter(RawEvent event) {
        return DeadLetter.of(
                event,
                new RejectedEventException(ReasonCode.INVALID_JSON, "broken").of("r", "acme"));
    }

    private static RawEvent event(byte[] value, RecordHeader... headers) {
        return new RawEvent(KEY, value, List.of(headers), "requests", 2, 77, 0);
    }

    private static Map<String, String> texts(OutgoingRecord record) {
        return record.headers().stream()
                .collect(
                        Collectors.toMap(
                                RecordHeader::key, header -> new String(header.value(), UTF_8)));
    }
}
