package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs of cross-encoders: the special tokens and types of their template, and the length. */
class EncoderPairTokenizerTest {

    private static final String BERT =
            """
            {"added_tokens": [
              {"id": 0, "content": "[PAD]", "special": true, "single_word": false,
               "lstrip": false, "rstrip": false, "normalized": false},
              {"id": 2, "content": "[CLS]", "special": true, "single_word": false,
               "lstrip": false, "rstrip": false, "normalized": false},
              {"id": 3, "content": "[SEP]", "special": true, "single_word": false,
               "lstrip": false, "rstrip": false, "normalized": false}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true,
               "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": %s,
             "model": {"type": "WordPiece", "unk_token": "[UNK]",
               "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "b": 5,
                 "[": 6, "]": 7, "sep": 8}}}
            """;

    @TempDir Path directory;

    /** The last one that was opened; null before. */
    private TokenizerFile file;

    @AfterEach
    void close() {
        if (file != null) {
            file.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4, 4, 3, 4",
        "8, 4, 4, 3",
        "8, 8, 3, 4",
        "3, 4, 3, 4",
        "20, 1, 6, 1",
        "1, 20, 1, 6"
    })
    void longestFirstOfTheModelCard(int query, int passage, int keptQuery, int keptPassage)
            throws IOException {
        // A budget of 7 beside BERT's 3 special tokens.
        PairTokenizer tokenizer =
                bert(template("[CLS]", "[SEP]"))
                        .of(Fixtures.settings(10, null, Truncation.MODEL_CARD));
        TokenizedPair pair = tokenizer.pair("a ".repeat(query), "b ".repeat(passage));
        assertThat(pair.queryLength()).isEqualTo(keptQuery + 2);
        assertThat(pair.passageLength()).isEqualTo(keptPassage + 1);
        assertThat(pair.truncated()).isEqualTo(query + passage > 7);
    }

    @Test
    void bertHasThreeSpecialTokensAndItsControlTokensInTextAreText() throws IOException {
        String[] processors = {
            template("[CLS]", "[SEP]"),
            "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 3], \"cls\": [\"[CLS]\", 2]}",
            "{\"type\": \"Sequence\", \"processors\": [" + template("[CLS]", "[SEP]") + "]}"
        };
        for (String processor : processors) {
            PairTokenizers tokenizers = bert(processor);
            TokenizedPair pair =
                    tokenizers.of(TokenizationSettings.defaults()).pair("a", "b [SEP] b");
            assertThat(pair.ids()).containsExactly(2, 4, 3, 5, 6, 8, 7, 5, 3);
            assertThat(pair.queryLength()).isEqualTo(3);
            TokenizationSettings reference =
                    new TokenizationSettings(
                            null,
                            null,
                            Truncation.LIBRARY,
                            null,
                            null,
                            null,
                            null,
                            SpecialTokens.REFERENCE);
            assertThat(tokenizers.of(reference).pair("a", "b [SEP] b").ids())
                    .containsExactly(2, 4, 3, 5, 3, 5, 3);
        }
    }

    @Test
    void robertaProcessingHasFourSpecialTokens() throws IOException {
        String roberta =
                "{\"type\": \"RobertaProcessing\", \"sep\": [\"[SEP]\", 3], \"cls\": [\"[CLS]\", 2],"
                        + " \"trim_offsets\": true, \"add_prefix_space\": false}";
        assertThat(bert(roberta).of(TokenizationSettings.defaults()).pair("a", "b").ids())
                .containsExactly(2, 4, 3, 3, 5, 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tokenTypesAreThoseOfTheTemplateIfTheTokenizerMakesThem(boolean made) throws IOException {
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"%s\"}"
                        .formatted(made ? "BertTokenizerFast" : "PreTrainedTokenizerFast"));
        String bert = "{\"type\": \"BertProcessing\", \"sep\": [\"\", 3], \"cls\": [\"\", 2]}";
        String roberta = bert.replace("Bert", "Roberta");
        String template = template("[CLS]", "[SEP]");

        assertThat(passageType(bert)).isEqualTo(made ? 1 : 0);
        assertThat(passageType(roberta)).isZero();
        assertThat(passageType(template)).isEqualTo(made ? 1 : 0);
        assertThat(passageType(template.replace("\"type_id\": 1", "\"type_id\": 0"))).isZero();
        assertThat(passageType("{\"type\": \"Sequence\", \"processors\": [" + bert + "]}"))
                .isEqualTo(made ? 1 : 0);
    }

    private int passageType(String postProcessor) throws IOException {
        TokenizationSettings settings = TokenizationSettings.defaults();
        return bert(postProcessor).of(settings).pair("a", "b").passageType();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"A\", \"type_id\": 0|\"A\", \"type_id\": 1",
                "\"B\", \"type_id\": 1|\"B\", \"type_id\": 0",
                "\"B\", \"type_id\": 1|\"B\", \"type_id\": 2",
                "\"type_id\": 1|\"type_id\": -1",
            })
    void tokenTypesOfAnotherFormAreRefusedIfTheTokenizerMakesThem(String types, String other)
            throws IOException {
        String template = template("[CLS]", "[SEP]");
        String odd = template.substring(template.indexOf("\"pair\"")).replace(types, other);
        String processor = "{\"type\": \"TemplateProcessing\", " + odd;

        assertThat(passageType(processor)).isZero();
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"model_input_names\": [\"input_ids\", \"token_type_ids\"]}");
        assertThatThrownBy(() -> passageType(processor))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json: post_processor gives parts of a pair other")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "7", "{\"Other\": 1}"})
    void aPartOfAPairThatIsNothingIsRefused(String part) {
        String processor =
                template("[CLS]", "[SEP]").replace("\"pair\": [", "\"pair\": [" + part + ", ");

        assertThatThrownBy(() -> bert(processor))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json: post_processor has a part of a pair that is")
                .hasMessageNotContaining("\n");
    }

    @Test
    void modelInputNamesMustBeAList() throws IOException {
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"model_input_names\": \"token_type_ids\"}");
        assertThatThrownBy(() -> bert(template("[CLS]", "[SEP]")))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        "%s: field \"model_input_names\" must be a list, not \"token_type_ids\"",
                        directory.resolve("tokenizer_config.json"));
    }

    private PairTokenizers bert(String postProcessor) throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), BERT.formatted(postProcessor));
        close();
        file = TokenizerFile.open(directory);
        return new PairTokenizers(file, PairFormat.CROSS_ENCODER, 512);
    }

    private static String template(String cls, String sep) {
        return """
            {"type": "TemplateProcessing",
             "single": [{"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"SpecialToken": {"id": "%1$s", "type_id": 0}},
               {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "%2$s", "type_id": 0}},
               {"Sequence": {"id": "B", "type_id": 1}},
               {"SpecialToken": {"id": "%2$s", "type_id": 1}}],
             "special_tokens": {
               "%1$s": {"id": "%1$s", "ids": [2], "tokens": ["%1$s"]},
               "%2$s": {"id": "%2$s", "ids": [3], "tokens": ["%2$s"]}}}
            """
                .formatted(cls, sep);
    }
}
