package dev.flinkreranker.operators.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyAddressTest {

    private static ReplyAddress ofPartition(byte... value) {
        return ReplyAddress.of(List.of(new RecordHeader("reply-partition", value)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "0012, 12", "1234, 1234", "999999999, 999999999"})
    void digitsAreAPartition(String text, int partition) {
        assertThat(ofPartition(text.getBytes(UTF_8)).partition()).isEqualTo(partition);
    }

    /** As Spring writes it. */
    @Test
    void fourBytesAreAPartition() {
        assertThat(ofPartition((byte) 0, (byte) 0, (byte) 1, (byte) 2).partition()).isEqualTo(258);
        assertThat(ofPartition((byte) 0, (byte) 0, (byte) 0, (byte) 0).partition()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", " 1", "1.0", "one", "٢", "9999999999", "\0\0\1"})
    void anythingElseIsNone(String text) {
        assertThat(ofPartition(text.getBytes(UTF_8)).partition()).isEqualTo(ReplyAddress.NO_NUMBER);
        assertThat(ofPartition((byte) -1, (byte) 0, (byte) 0, (byte) 0).partition())
                .isEqualTo(ReplyAddress.NO_NUMBER);
    }

    @Test
    void theLastOfAHeaderCountsAndOneWithoutValueMeansNothing() {
        assertThat(
                        ReplyAddress.of(
                                List.of(
                                        RecordHeader.ofText("reply-to", "a"),
                                        RecordHeader.ofText("reply-to", "b"),
                                        new RecordHeader("reply-to", null),
                                        RecordHeader.ofText("reply-partition", "1"),
                                        RecordHeader.ofText("reply-partition", "2"))))
                .isEqualTo(new ReplyAddress("b", 2));
        assertThat(ReplyAddress.of(List.of())).isEqualTo(new ReplyAddress(null, null));
    }
}
