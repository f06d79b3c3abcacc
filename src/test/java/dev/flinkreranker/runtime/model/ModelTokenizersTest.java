package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTokenizersTest {

    private static final Path MODEL = Path.of("..", "tests", "models", "scifact-minilm-layerwise");

    @TempDir Path directory;

    @Test
    void theRealModelsPairsAreBerts() {
        try (Reranker reranker = Reranker.open(MODEL, ComputeType.FLOAT32, "cpu")) {
            PairTokenizer tokenizer = reranker.tokenizer(TokenizationSettings.defaults());
            assertThat(tokenizer.pair("hello", "world").ids())
                    .containsExactly(101, 7592, 102, 2088, 102);
            assertThat(tokenizer.pair("hello", "world").queryLength()).isEqualTo(3);
            TokenizationSettings tooLong = TokenizationSettings.defaults().withMaxLength(513);
            assertThat(reranker.check(tooLong))
                    .containsExactly("max_length 513: the model has positions for 512 tokens");
        }
    }

    @Test
    void aTokenizerOfALargerVocabularyIsRefused() throws IOException {
        copy("model.safetensors");
        copy("config.json");
        String bert = Files.readString(MODEL.resolve("tokenizer.json"));
        Files.writeString(
                directory.resolve("tokenizer.json"),
                bert.replaceFirst("\"\\[PAD\\]\": 0,", "$0 \"no such word\": 30522,"));
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThatThrownBy(() -> reranker.tokenizer(TokenizationSettings.defaults()))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageContaining("tokenizer.json")
                    .hasMessageContaining("ids up to 30522")
                    .hasMessageContaining("30522 rows");
        }
    }

    @Test
    void anAddedTokenWithoutAnEmbeddingIsRefusedInPairsThatHoldIt() throws IOException {
        copy("model.safetensors");
        copy("config.json");
        String bert = Files.readString(MODEL.resolve("tokenizer.json"));
        Files.writeString(
                directory.resolve("tokenizer.json"),
                bert.replaceFirst("\"added_tokens\":\\s*\\[", "$0" + addedToken(30522) + ","));
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
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            PairTokenizer plain = reranker.tokenizer(TokenizationSettings.defaults());
            PairTokenizer speaking = reranker.tokenizer(reference);
            assertThat(
                            reranker.score(
                                    List.of(plain.pair("a", "[NEW]"), speaking.pair("a", "b")),
                                    ScoringSettings.defaults()))
                    .hasNumberOfRows(2);
            assertThatThrownBy(
                            () ->
                                    reranker.score(
                                            List.of(speaking.pair("a", "[NEW]")),
                                            ScoringSettings.defaults()))
                    .isInstanceOf(ScoringException.class)
                    .hasMessageContaining("pair 0 has token id 30522");
        }
    }

    /** transformers 5.17 of the same folders: the tokenizer's class decides what the model sees. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"tokenizer_class\": \"BertTokenizer\"}|-6.479851|-9.070835|0.697681|5.056012",
                "{\"tokenizer_class\": \"ElectraTokenizerFast\"}|-6.479851|-9.070835|0.697681|5.056012",
                "{}|-6.479851|-9.070835|0.697681|5.056012",
                "{\"tokenizer_class\": \"BertTokenizer\", \"model_input_names\": [\"input_ids\", \"attention_mask\"]}|-8.263322|-9.225737|0.557480|4.605431",
                "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}|-8.263322|-9.225737|0.557480|4.605431",
                "{\"tokenizer_class\": \"TokenizersBackend\"}|-8.263322|-9.225737|0.557480|4.605431",
                "{\"tokenizer_class\": \"DistilBertTokenizer\"}|-8.263322|-9.225737|0.557480|4.605431",
                "{\"tokenizer_class\": \"TokenizersBackend\", \"model_input_names\": [\"input_ids\", \"token_type_ids\", \"attention_mask\"]}|-6.479851|-9.070835|0.697681|5.056012",
            })
    void tokenTypesAreTheTokenizers(
            String config, float first, float second, float third, float fourth)
            throws IOException {
        copy("model.safetensors");
        copy("config.json");
        copy("tokenizer.json");
        Files.writeString(directory.resolve("tokenizer_config.json"), config);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            List<TokenizedPair> pairs = SamplePairs.of(reranker);
            float[][] scores = reranker.score(pairs, ScoringSettings.defaults());
            float[] expected = {first, second, third, fourth};
            for (int i = 0; i < expected.length; i++) {
                assertThat(scores[i][0]).as("pair %d", i).isCloseTo(expected[i], within(2e-5f));
            }
        }
    }

    @Test
    void tokenTypesThatTheModelLacksAreRefused() throws IOException {
        new EncoderShape(48, 4, 96, 2, 30522).write(directory, StoredType.F32);
        copy("tokenizer.json");
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"BertTokenizer\"}");
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThatThrownBy(() -> reranker.tokenizer(TokenizationSettings.defaults()))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessage(
                            "%s: its pairs have 2 token types, but the model's table has 1"
                                    + " (type_vocab_size in config.json)",
                            directory.resolve("tokenizer.json"));
        }
    }

    @Test
    void aModelWithoutATokenizerScoresIdsButNoText() throws IOException {
        copy("model.safetensors");
        copy("config.json");
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThatThrownBy(() -> reranker.tokenizer(TokenizationSettings.defaults()))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageContaining("tokenizer.json: not found");
        }
    }

    private void copy(String name) throws IOException {
        Files.copy(MODEL.resolve(name), directory.resolve(name));
    }

    private static String addedToken(int id) {
        return ("{\"id\": %d, \"content\": \"[NEW]\", \"special\": true, \"single_word\": false,"
                        + " \"lstrip\": false, \"rstrip\": false, \"normalized\": false}")
                .formatted(id);
    }
}
