package dev.flinkreranker.operators.result;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultCodecTest {

    @Test
    void aResultOfAnEarlierReleaseIsRead() throws IOException {
        String old =
                "{'request_id':'r','results':[],'meta':{'config_version':1,'cutoff_layers':[],'compress_ratio':1,"
                        + "'compress_layers':[],'normalized':false,'documents':0,'unscored':0}}";

        ResultMeta meta = ResultCodec.decode(json(old).getBytes(StandardCharsets.UTF_8)).meta();

        assertThat(meta.dtype()).isNull();
        assertThat(meta.compressRatio()).isEqualTo(1);
    }

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
