package dev.flinkreranker.job.terminal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SafeTextTest {

    @Test
    void nothingThatMovesATerminalComesThrough() {
        assertThat(SafeText.of("a\u001b[2J\r\n\tb\u0000\u009b\u202e\u2028\ud83d\ude00é"))
                .isEqualTo("a\\u001b[2J\\r\\n\\tb\\u0000\\u009b\\u202e\\u2028\ud83d\ude00é");
    }

    @Test
    void bytesThatAreNotUtf8AreSeen() {
        assertThat(SafeText.of("ok\u00ff\u00c3(é".getBytes(ISO_8859_1)))
                .isEqualTo("ok\\xff\\xc3(\\xe9");
        assertThat(SafeText.of("grüß\n".getBytes(UTF_8))).isEqualTo("grüß\\n");
        assertThat(SafeText.of(new byte[0])).isEmpty();
    }
}
