package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values are those of transformers 5.17 and Sentence Transformers 6.0. */
class TokenizerConfigTest {

    private static final String TOKENIZER =
            """
            {"added_tokens": [],
             "truncation": {"direction": "%s", "max_length": 20, "strategy": "LongestFirst",
               "stride": 0},
             "normalizer": {"type": "BertNormalizer", "clean_text": true,
               "handle_chinese_chars": true, "strip_accents": null, "lowercase": %s},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
             "model": {"type": "WordPiece", "unk_token": "[UNK]",
               "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
               "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "cafe": 3, "café": 4, "Café": 5,
                 "Cafe": 6}}}
            """;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model_max_length':256}|{}|256",
                "{'model_max_length':8192}|{}|512",
                "{'model_max_length':1000000000000000019884624838656}|{}|512",
                "{'model_max_length':null}|{}|512",
                "{}|{}|512",
                "{'model_max_length':128}|{'max_seq_length':64}|64",
                "{'model_max_length':128}|{'max_seq_length':300}|300",
                "{'model_max_length':128}|{'max_seq_length':null}|128",
            })
    void theFoldersOwnLimitIsTheDefaultLengthWhereItIsBelow512(
            String config, String sentence, int expected) throws IOException {
        write("Right", true, config, sentence);

        try (TokenizerFile file = TokenizerFile.open(directory)) {
            PairTokenizers tokenizers = new PairTokenizers(file, PairFormat.CROSS_ENCODER, 512);
            assertThat(tokenizers.defaultMaxLength()).isEqualTo(expected);
            assertThat(length(tokenizers, null)).isEqualTo(expected);
            assertThat(length(tokenizers, 400)).isEqualTo(400);
        }
    }

    private static int length(PairTokenizers tokenizers, Integer maxLength) {
        return tokenizers
                .of(Fixtures.settings(maxLength, null, Truncation.LIBRARY))
                .pair("cafe", "cafe ".repeat(600))
                .length();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Right|{}|RIGHT",
                "Left|{}|LEFT",
                "Right|{'truncation_side':'left'}|LEFT",
                "Left|{'truncation_side':'right'}|RIGHT",
            })
    void theFolderSaysWhichEndIsCut(String direction, String config, TruncationSide expected)
            throws IOException {
        write(direction, true, config, "{}");

        try (TokenizerFile file = TokenizerFile.open(directory)) {
            PairTokenizers tokenizers = new PairTokenizers(file, PairFormat.CROSS_ENCODER, 512);
            long[] right = {1, 3, 2, 0, 0, 0, 0, 2};
            long[] left = {1, 3, 2, 0, 0, 0, 3, 2};
            TokenizationSettings open = Fixtures.settings(8, null, Truncation.LIBRARY);
            String passage = "x x x x x x x x cafe";
            assertThat(tokenizers.of(open).pair("cafe", passage).ids())
                    .containsExactly(expected == TruncationSide.LEFT ? left : right);
            for (TruncationSide side : TruncationSide.values()) {
                TokenizationSettings asked =
                        new TokenizationSettings(
                                8,
                                null,
                                Truncation.LIBRARY,
                                side,
                                null,
                                null,
                                null,
                                SpecialTokens.PLAIN_TEXT);
                assertThat(tokenizers.of(asked).pair("cafe", passage).ids())
                        .containsExactly(side == TruncationSide.LEFT ? left : right);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // BERT's class makes its own normalizer: lower case unless told otherwise.
                "false|{'tokenizer_class':'BertTokenizer'}|3",
                "false|{'tokenizer_class':'BertTokenizerFast','do_lower_case':true}|3",
                "true|{'tokenizer_class':'BertTokenizer','do_lower_case':false}|5",
                "true|{'tokenizer_class':'BertTokenizer','strip_accents':false}|4",
                "true|{'tokenizer_class':'BertTokenizer','do_lower_case':false,'strip_accents':true}|6",
                // Without a class, the model's type gives it.
                "false|{}|3",
                // Other classes take the tokenizer as it is.
                "false|{'tokenizer_class':'PreTrainedTokenizerFast','do_lower_case':true}|5",
                "true|{'tokenizer_class':'PreTrainedTokenizerFast','do_lower_case':false}|3",
            })
    void caseAndAccentsAreThoseOfTheClass(boolean lowercase, String config, long expected)
            throws IOException {
        write("Right", lowercase, config, "{}");
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");

        try (TokenizerFile file = TokenizerFile.open(directory)) {
            assertThat(file.ids("Café")).containsExactly(expected);
        }
    }

    @Test
    void lowerCaseThatOnlySentenceTransformersWouldMakeIsRefused() throws IOException {
        write("Right", false, "{'tokenizer_class':'X'}", "{'do_lower_case':true}");
        assertRefused("sentence_bert_config.json: field \"do_lower_case\" is true");

        write("Right", true, "{'tokenizer_class':'X'}", "{'do_lower_case':true}");
        TokenizerFile.open(directory).close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model_max_length':7}|field \"model_max_length\" must be a number of at least 8",
                "{'model_max_length':-1}|field \"model_max_length\" must be a number of at least 8",
                "{'model_max_length':'256'}|field \"model_max_length\" must be a number",
                "{'truncation_side':'middle'}|field \"truncation_side\" must be left or right",
                "{'truncation_side':null}|field \"truncation_side\" must be left or right",
                "{'tokenizer_class':'BertTokenizer','do_lower_case':1}|field \"do_lower_case\" must",
                "{|not valid JSON",
                "[]|not a JSON object",
            })
    void aBrokenFieldIsNamed(String config, String message) throws IOException {
        write("Right", true, config, "{}");

        assertRefused("tokenizer_config.json: " + message);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> TokenizerFile.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    private void write(String direction, boolean lowercase, String config, String sentence)
            throws IOException {
        Files.writeString(
                directory.resolve("tokenizer.json"), TOKENIZER.formatted(direction, lowercase));
        Files.writeString(directory.resolve("tokenizer_config.json"), config.replace('\'', '"'));
        Files.writeString(
                directory.resolve("sentence_bert_config.json"), sentence.replace('\'', '"'));
    }
}
