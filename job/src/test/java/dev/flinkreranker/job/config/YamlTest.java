package dev.flinkreranker.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a:~\\tb: 1           | line 2, column 1: a tab; indent with blanks
                    a: 1~  b: 2         | line 2, column 4: a field cannot begin here; indent it like those around it, or put a text that has a colon in quotes
                    a: b: c             | line 1, column 5: a field cannot begin here; indent it like those around it, or put a text that has a colon in quotes
                    a: @x               | line 1, column 4: a text that begins with @ must be in quotes
                    a: %x               | line 1, column 4: a text that begins with % must be in quotes
                    a: [1, 2            | line 1, column 9: a comma or a ] is missing
                    a: {b: 1            | line 1, column 9: a comma or a } is missing
                    a: [1, 2}           | line 1, column 9: a comma or a ] is missing
                    a: {b: 1}}          | line 1, column 10: } closes nothing that is open
                    a: }                | line 1, column 4: no value before }
                    a: 'x               | line 1, column 6: a quote is not closed
                    a: "\\q"             | line 1, column 6: an unknown escape after a backslash; in single quotes a backslash is just that
                    a: 1~b~c: 1         | line 3, column 1: a colon is missing after a field's name
                    a:~  - b~ c: d      | line 3, column 2: the indentation does not fit that of the lines above
                    - a~b: c            | line 2, column 1: the indentation does not fit that of the lines above
                    a: 1~a: 2           | line 2, column 2: the field "a" is there twice
                    a: 1~---~b: 2       | line 3, column 1: more follows where the text should end
                    a: &x 1~b: *x       | line 2: *x stands for another value; write that value here, or put a text that begins with * in quotes
                    a: >z~ b            | line 1, column 5: malformed
                    """)
    void saysWhatIsWrongAndWhere(String yaml, String words) throws IOException {
        String text = yaml.replace('~', '\n').replace("\\t", "\t");

        assertThatThrownBy(() -> Yaml.parse(text))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(words);
        Path file = Files.writeString(directory.resolve("job.yaml"), text);
        assertThatThrownBy(() -> Yaml.read(file)).hasMessage(file + ": " + words);
        assertThatThrownBy(() -> JobConfigReader.read(file)).hasMessage(file + ": " + words);
    }

    @Test
    void aControlCharacterAndMuchTooDeepAreRefusedLikewise() {
        assertThatThrownBy(() -> Yaml.parse("a: \u0001"))
                .hasMessage("line 1, column 1: a control character");
        assertThatThrownBy(() -> Yaml.parse("[".repeat(1_200)))
                .hasMessage("nested deeper than 1000 levels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
    void aFileInUtf16IsNamedAsSuch(String charset) throws IOException {
        Path file =
                Files.writeString(directory.resolve("job.yaml"), "a: 1", Charset.forName(charset));

        assertThatThrownBy(() -> JobConfigReader.read(file))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(file + ": the text is UTF-16; save it as UTF-8");
    }

    @Test
    void aFileInAnotherEncodingIsNamedAsSuch() throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("job.yaml"), "a: é", StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> JobConfigReader.read(file))
                .isInstanceOf(CharacterCodingException.class)
                .hasMessage(file + ": the text is not UTF-8; save it as UTF-8");
    }

    @Test
    void readsTextsThatOthersTakeForSomethingElse() {
        assertThat(Yaml.parse("a: no\nb: '*x'\nc: x*y").toString())
                .isEqualTo("{\"a\":\"no\",\"b\":\"*x\",\"c\":\"x*y\"}");
        assertThat(Yaml.parse("").isMissingNode()).isTrue();
    }
}
