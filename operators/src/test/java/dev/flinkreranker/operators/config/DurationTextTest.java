package dev.flinkreranker.operators.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, 500, 500ms",
        "1500ms, 1500, 1500ms",
        "0ms, 0, 0s",
        "5s, 5000, 5s",
        "90 s, 90000, 90s",
        "10min, 600000, 10min",
        "10m, 600000, 10min",
        "60min, 3600000, 1h",
        "2h, 7200000, 2h",
        "1d, 86400000, 24h"
    })
    void isReadAndWritten(String text, long millis, String written) {
        assertThat(DurationText.parse(text)).contains(Duration.ofMillis(millis));
        assertThat(DurationText.of(Duration.ofMillis(millis))).isEqualTo(written);
        assertThat(DurationText.parse(written)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "1.5s", "5 sec", "1min 5s", "PT5S", "9999999999s"})
    void isNotReadFromAnythingElse(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }
}
