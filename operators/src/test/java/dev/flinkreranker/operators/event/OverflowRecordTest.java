package dev.flinkreranker.operators.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverflowRecordTest {

    private static final List<RecordHeader> HEADERS =
            List.of(
                    RecordHeader.ofText("trace", "t"),
                    // A client may send what it likes.
                    RecordHeader.ofText(OverflowRecord.ORIGIN, "other:1:2:3:mallory"),
                    new RecordHeader("none", null));

    private static RawEvent event(List<RecordHeader> headers) {
        return new RawEvent(new byte[] {1}, new byte[] {2}, headers, "requests", 3, 17, 1_700L);
    }

    /** As it is read from another place of the overflow topic. */
    private static RawEvent read(OutgoingRecord record) {
        return new RawEvent(record.key(), record.value(), record.headers(), "overflow", 0, 5, 9L);
    }

    @Test
    void anEventComesBackAsItWas() {
        RawEvent event = event(HEADERS);

        OutgoingRecord aside = OverflowRecord.of(event, "a tenant: acme");

        assertThat(OverflowRecord.tenant(aside)).isEqualTo("a tenant: acme");
        assertThat(OverflowRecord.event(read(aside))).usingRecursiveComparison().isEqualTo(event);
    }

    @Test
    void whatASecondHopAddsIsTakenOffFirst() {
        RawEvent event = event(List.of());
        OutgoingRecord once = OverflowRecord.of(event, "t");

        RawEvent back = OverflowRecord.event(read(OverflowRecord.of(read(once), "t")));

        assertThat(back.topic()).isEqualTo("overflow");
        assertThat(OverflowRecord.event(back)).usingRecursiveComparison().isEqualTo(event);
    }

    @Test
    void aRecordWithoutHeadersIsAnEventOfItsOwn() {
        RawEvent plain = event(List.of());

        assertThat(OverflowRecord.event(plain)).isSameAs(plain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "requests",
                "requests:1:2:3",
                "requests:x:2:3:t",
                "requests:1:99999999999999999999:3:t",
                "no topic:1:2:3:t"
            })
    void aRecordOfSomebodyElseIsAnEventOfItsOwn(String origin) {
        RawEvent foreign = event(List.of(RecordHeader.ofText(OverflowRecord.ORIGIN, origin)));

        assertThat(OverflowRecord.event(foreign)).isSameAs(foreign);
        assertThat(
                        OverflowRecord.tenant(
                                new OutgoingRecord(
                                        null, origin.getBytes(UTF_8), foreign.headers())))
                .isEmpty();
    }
}
