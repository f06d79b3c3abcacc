package dev.flinkreranker.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function's options in one string. */
class OptionsTextTest {

    @Test
    void namesHaveValues() {
        assertThat(
                        OptionsText.parse(
                                " model = /m , cutoff-layers=4;6,prompt=\"Is A, then B?\" , device=cuda:0,base="))
                .isEqualTo(
                        Map.of(
                                "model", "/m",
                                "cutoff-layers", "4;6",
                                "prompt", "Is A, then B?",
                                "device", "cuda:0",
                                "base", ""));
        assertThat(OptionsText.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "=/m", "model=/m, top-n", "a=\"b", "a=\"b\"c", "a, b=c"})
    void anotherFormIsRefused(String text) {
        assertThatThrownBy(() -> OptionsText.parse(text))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("options must be name=value, name=value, ... but are not")
                .hasMessageEndingWith(": " + text);
    }

    @Test
    void anOptionIsSetOnce() {
        assertThatThrownBy(() -> OptionsText.parse("a=1, a=2"))
                .hasMessage("option 'a' is set twice");
    }
}
