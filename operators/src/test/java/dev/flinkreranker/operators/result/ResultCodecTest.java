package dev.flinkreranker.operators.result;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultCodecTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [1]                                      | it must be a map of fields
                    {'results': 3}                           | results must be a list
                    {'results': [{'relevance_score': 'x'}]}  | results[0].relevance_score must be a number
                    {'status': 'DONE'}                       | status must be one of ranked, passthrough, timed_out, throttled, failed, partial, but is "DONE"
                    {'request_id': 'r'                       | character 19: the text ends and a } is missing
                    {'results': [{'index': NaN}]}            | character 27: NaN is not a number of JSON; write null or leave the field out
                    """)
    void whatIsNoResultIsSaidInOurWords(String json, String words) {
        assertThatThrownBy(() -> ResultCodec.decode(json(json).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessage(words);
    }
}
