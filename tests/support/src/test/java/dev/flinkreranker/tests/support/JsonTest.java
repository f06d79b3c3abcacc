package dev.flinkreranker.tests.support;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void singleQuotesBecomeDoubleOnesButAfterABackslash() {
        assertThat(json("{'a': 'it\\'s', '': ['\\u0000']}"))
                .isEqualTo("{\"a\": \"it's\", \"\": [\"\\u0000\"]}");
    }

    @Test
    void aTreeKeepsTheDigits() {
        assertThat(tree("{'n': 1.50, 'm': 12345678901234567890.5}").toString())
                .isEqualTo("{\"n\":1.50,\"m\":12345678901234567890.5}");
        assertThatThrownBy(() -> tree("{'a'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("{'a'");
    }
}
