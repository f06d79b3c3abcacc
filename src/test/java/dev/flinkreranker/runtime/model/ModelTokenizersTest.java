package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            TokenizationSettings tooLong =
                    new TokenizationSettings(
                            513,
                            null,
                            Truncation.LIBRARY,
                            null,
                            null,
                            null,
                            SpecialTokens.PLAIN_TEXT);
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
                bert.replaceFirst("\"added_tokens\":\\s*\\[", "$0" + addedToken(30522) + ","));
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThatThrownBy(() -> reranker.tokenizer(TokenizationSettings.defaults()))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageContaining("tokenizer.json")
                    .hasMessageContaining("ids up to 30522")
                    .hasMessageContaining("30522 rows");
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
