package dev.flinkreranker.workbench.scoring;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PairLineReaderTest {

    private static final String PAIR = json("{'query': 'a', 'passage': 'b'}");

    @Test
    void readsPairsAndIgnoresOtherFields() throws IOException {
        PairLineReader reader =
                reader(json("{'id': 7, 'passage': 'p\\u0000', 'query': ''}\r\n") + PAIR);
        assertThat(reader.next()).contains(new PairLine(1, "", "p\0"));
        assertThat(reader.next()).contains(new PairLine(2, "a", "b"));
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void blankLinesAreSkippedAndCounted() throws IOException {
        PairLineReader reader = reader("\n" + PAIR + "\n  \r\n" + PAIR + "\n\n");
        assertThat(reader.next()).contains(new PairLine(2, "a", "b"));
        assertThat(reader.next()).contains(new PairLine(4, "a", "b"));
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void loneSurrogatesInEscapesAreRead() throws IOException {
        String line = json("{'query': '\\ud83d', 'passage': '\\ude00 x'}");
        assertThat(reader(line).next()).contains(new PairLine(1, "\ud83d", "\ude00 x"));
    }

    static Stream<Arguments> badLines() {
        return Stream.of(
                Arguments.of(
                        "not json", "character 1: not is not a value; a text must be in double"),
                Arguments.of("null", "is not a JSON object"),
                Arguments.of("[1]", "is not a JSON object"),
                Arguments.of(json("{'query': 'a'"), "not valid JSON: character 14: the text ends"),
                Arguments.of(json("{'query': 'a'}"), "\"passage\" is missing"),
                Arguments.of(json("{'passage': 'a'}"), "\"query\" is missing"),
                Arguments.of(json("{'query': 1, 'passage': 'a'}"), "\"query\" is not a string"),
                Arguments.of(
                        json("{'query': 'a', 'passage': null}"), "\"passage\" is not a string"),
                Arguments.of(PAIR + " " + PAIR, "more follows where the text should end"),
                Arguments.of("[".repeat(100_000), "not valid JSON: nested deeper than 1000 levels"),
                Arguments.of(
                        json("{'query': '\u0001', 'passage': ''}"), "another control character"));
    }

    @ParameterizedTest
    @MethodSource("badLines")
    void aBadLineIsNamedInOneLine(String line, String reason) throws IOException {
        PairLineReader reader = reader(PAIR + "\n" + line + "\n" + PAIR);
        assertThat(reader.next()).isPresent();
        assertThatThrownBy(reader::next)
                .isInstanceOf(BadPairException.class)
                .hasMessageStartingWith("pairs.jsonl, line 2: ")
                .hasMessageContaining(reason)
                .message()
                .hasLineCount(1);
    }

    @Test
    void brokenUtf8IsABadLine() {
        byte[] latin1 =
                json("{'query': 'caf\u00e9', 'passage': ''}").getBytes(StandardCharsets.ISO_8859_1);
        PairLineReader reader = new PairLineReader(new ByteArrayInputStream(latin1), "pairs.jsonl");
        assertThatThrownBy(reader::next)
                .isInstanceOf(BadPairException.class)
                .hasMessageStartingWith("pairs.jsonl, line 1: not valid ");
    }

    private static PairLineReader reader(String lines) {
        return new PairLineReader(
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "pairs.jsonl");
    }
}
