package dev.flinkreranker.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jackson's complaints of JSON. Those of YAML are where YAML is read. */
class JsonFaultTest {

    private static final JsonMapper STRICT =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(4)
                                                    .maxNameLength(20)
                                                    .maxNumberLength(10)
                                                    .maxStringLength(30)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"a": 1              | line 1, column 8: the text ends and a } is missing
                    [1, 2                | line 1, column 6: the text ends and a ] is missing
                    {"a":                | line 1, column 6: the text ends too early
                    {"a": 1,             | line 1, column 9: the text ends too early
                    {"a": "x             | line 1, column 9: the text ends inside a string
                    {"a                  | line 1, column 4: the text ends inside a string
                    {a: 1}               | line 1, column 2: a field's name must be in double quotes
                    {'a': 1}             | line 1, column 2: a field's name must be in double quotes
                    {“a”: 1}             | line 1, column 4: a field's name must be in double quotes
                    {"a": 1,}            | line 1, column 9: a comma too many before }
                    [1,]                 | line 1, column 4: no value before ]
                    {"a": ,}             | line 1, column 7: no value before ,
                    {"a" 1}              | line 1, column 6: a colon is missing before 1
                    {"a": 1 "b": 2}      | line 1, column 9: a comma is missing before "
                    {"a": 'x'}           | line 1, column 7: a text must be in double quotes, not in single ones
                    {"a": .5}            | line 1, column 7: no value begins with .
                    # a                  | line 1, column 1: no value begins with #
                    {"a": 1 // one       | line 1, column 9: JSON has no comments; remove it
                    {"a": NaN}           | line 1, column 10: NaN is not a number of JSON; write null or leave the field out
                    {"a": -Infinity}     | line 1, column 16: -Infinity is not a number of JSON; write null or leave the field out
                    {"a": +1}            | line 1, column 8: a number has no plus sign
                    {"a": 01}            | line 1, column 8: a number has no leading zeros
                    {"a": 1.}            | line 1, column 9: a number is not complete
                    {"a": -}             | line 1, column 8: a number is not complete
                    {"a": True}          | line 1, column 7: True is not a value; a text must be in double quotes
                    {"a": 1} b           | line 1, column 10: b is not a value; a text must be in double quotes
                    {"a": 1} {}          | line 1, column 10: more follows where the text should end
                    {"a": 1, "a": 2}     | line 1, column 13: the field "a" is there twice
                    }                    | line 1, column 1: } closes nothing that is open
                    [}                   | line 1, column 2: } closes nothing that is open
                    {"a": "\\x"}          | line 1, column 9: an unknown escape after a backslash
                    {"a": "\\u00g"}       | line 1, column 12: \\u needs four hexadecimal digits
                    [[[[[1]]]]]          | nested deeper than 4 levels
                    {"aaaaaaaaaaaaaaaaaaaaa": 1} | a field's name is longer than 20 characters
                    {"a": 12345678901}   | a number is longer than 10 characters
                    {"a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} | a text is longer than 30 characters
                    """)
    void saysWhatIsWrongAndWhere(String json, String words) {
        assertThat(fault(json.getBytes(StandardCharsets.UTF_8)).inFile()).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "7B22FF223A317D, not UTF-8; save it as UTF-8",
        "000000007B7D7D7D, not UTF-8; save it as UTF-8",
        "000078000000, not UTF-8; save it as UTF-8",
        "1F8B0800, a control character (code 31) outside of a string",
        "017B7D, a control character (code 1) outside of a string"
    })
    void saysWhatBytesAreNoText(String hex, String words) {
        assertThat(fault(HexFormat.of().parseHex(hex)).problem()).isEqualTo(words);
    }

    @Test
    void namesTheLine() {
        JsonFault fault = fault("{\n  \"a\": 1\n  \"b\": 2\n}".getBytes(StandardCharsets.UTF_8));

        assertThat(fault.inFile()).isEqualTo("line 3, column 3: a comma is missing before \"");
        assertThat(fault.inLine()).isEqualTo("character 3: a comma is missing before \"");
    }

    @Test
    void aLineBreakInsideAStringAndInANameStaysOneLine() {
        assertThat(fault("{\"a\": \"x\ny\"}".getBytes(StandardCharsets.UTF_8)).problem())
                .isEqualTo(
                        "a line break or another control character inside a string; escape it, as"
                                + " in \\n");
        assertThat(fault("{\"a\\nb\":1,\"a\\nb\":2}".getBytes(StandardCharsets.UTF_8)).problem())
                .isEqualTo("the field \"a b\" is there twice");
    }

    @Test
    void whatItDoesNotKnowIsMalformed() {
        assertThat(JsonFault.of(new IOException("enable JsonReadFeature.NEW to allow")).inFile())
                .isEqualTo("malformed");
        assertThat(JsonFault.of(new IOException()).inLine()).isEqualTo("malformed");
    }

    private static JsonFault fault(byte[] json) {
        return JsonFault.of(catchThrowableOfType(IOException.class, () -> STRICT.readTree(json)));
    }
}
