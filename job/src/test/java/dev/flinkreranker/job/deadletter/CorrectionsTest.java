package dev.flinkreranker.job.deadletter;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.request.RequestLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrectionsTest {

    private static final String REQUEST = "{'request_id':'r','query':'q','documents':['d']}";

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'letter':'0:1'} | :1: a line needs letter and value",
                "{'letter':'zero','value':{}} | :1: \"zero\" is no letter: it must be",
                "{'letter':'0:1','valu':{}} | :1: valu is not known; did you mean value?",
                "{'letter':'0:1','value':{'query':'q'}} | would be rejected again: MISSING_FIELD",
                "{'letter':'0:1','value':'{}'} | would be rejected again: INVALID_JSON",
                "{'letter':'0:1', | :1: character 17: the text ends too early",
                "{'letter':'0:1','letter':'0:2'} | :1: character 25: the field \"letter\" is there twice",
                "[] | :1: the file must be a map",
                "` ` | holds no line"
            })
    void badLinesAreRefusedByTheirNumber(String line, String message) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void everyBadLineIsNamed() {
        String good = "{'letter':'0:1','value':" + REQUEST + "}";

        assertThatThrownBy(() -> read(good + "\n{\n" + good))
                .hasMessageContaining("corrected.jsonl:2: ")
                .hasMessageContaining("corrected.jsonl:3: letter 0:1 is there twice");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
        assertThat(read("\uFEFF{'letter':'0:1','value':" + REQUEST + "}").values()).hasSize(1);
    }

    @Test
    void valuesAreKeptDigitByDigit() throws IOException {
        String value = "{'request_id':'r','query':'q','documents':[{'text':'d','score':1.50e3}]}";

        assertThat(read("{'letter':'3:4','value':" + value + "}").values())
                .containsOnlyKeys(new LetterId(3, 4))
                .extractingByKey(new LetterId(3, 4))
                .satisfies(
                        bytes -> assertThat(new String(bytes)).contains(json("'score':1.50E+3")));
    }

    private Corrections read(String lines) throws IOException {
        Path file = directory.resolve("corrected.jsonl");
        return Corrections.read(Files.writeString(file, json(lines)), RequestLimits.defaults());
    }
}
