package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small real model under other names. Scores are those of transformers 5.17. */
class SavedNamesTest {

    private static final Path MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final double[] EXPECTED = {-6.479848, -9.070835, 0.697679};

    @TempDir Path directory;

    @Test
    void oldNamesOfNorms() throws IOException {
        write("LayerNorm\\.weight\"", "LayerNorm.gamma\"", "", "");
        TensorNames.replace(
                directory.resolve("model.safetensors"), "LayerNorm\\.bias\"", "LayerNorm.beta\"");

        assertScores();
    }

    @Test
    void geluByItsFormulaInPython() throws IOException {
        write("", "", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_python\"");

        assertScores();
    }

    @Test
    void ernieIsBert() throws IOException {
        write("\"bert\\.", "\"ernie.", "\"model_type\": \"bert\"", "\"model_type\": \"ernie\"");

        assertScores();
    }

    @Test
    void ernieWithTasksIsAnotherNetwork() throws IOException {
        write(
                "\"bert\\.",
                "\"ernie.",
                "\"model_type\": \"bert\"",
                "\"model_type\": \"ernie\", \"use_task_id\": true");

        assertRefused("field \"use_task_id\" is true");
    }

    /** As transformers finds them: left out, of one layer alone, or before all names. */
    @ParameterizedTest
    @CsvSource({
        "\"bert\\., \"",
        "\"bert\\.encoder\\.layer\\.0\\., \"encoder.layer.0.",
        "\"(?=bert|classifier), \"bert.",
    })
    void whatTheBodysNamesBeginWith(String name, String otherName) throws IOException {
        write(name, otherName, "", "");

        assertScores();
    }

    @Test
    void aBodyWithoutAHeadIsNoReranker() throws IOException {
        write("\"bert\\.|\"classifier", "\"", "", "");

        assertRefused(
                "tensor \"classifier.weight\" is missing: this is an embedding checkpoint, not a"
                        + " reranker");
    }

    /** transformers would not know these names either, and score with random weights. */
    @ParameterizedTest
    @CsvSource({"_orig_mod., _orig_mod.classifier.weight", "module., module.classifier.weight"})
    void aPrefixOfAllNamesIsNamed(String prefix, String found) throws IOException {
        write("\"(bert|classifier|layer_heads)\\.", "\"" + prefix + "$1.", "", "");

        assertRefused(
                "tensor \"classifier.weight\" is missing, but there is \"%s\": take \"%s\" off all names"
                        .formatted(found, prefix));
    }

    private void write(String name, String otherName, String setting, String otherSetting)
            throws IOException {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(MODEL.resolve(file), directory.resolve(file));
        }
        Files.writeString(
                directory.resolve("config.json"),
                Files.readString(MODEL.resolve("config.json")).replace(setting, otherSetting));
        Files.copy(MODEL.resolve("model.safetensors"), directory.resolve("model.safetensors"));
        if (!name.isEmpty()) {
            TensorNames.replace(directory.resolve("model.safetensors"), name, otherName);
        }
    }

    private void assertScores() {
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            PairTokenizer tokenizer = reranker.tokenizer(TokenizationSettings.defaults());
            List<TokenizedPair> pairs =
                    List.of(
                            tokenizer.pair(
                                    "what is aspirin",
                                    "Aspirin inhibits cyclooxygenase and so the synthesis of"
                                            + " prostaglandin E2."),
                            tokenizer.pair(
                                    "Green fluorescent protein in mice",
                                    "Visualization of cell cycle in mouse embryos with Fucci2"
                                            + " reporter."),
                            tokenizer.pair("", "empty query"));
            float[][] scores = reranker.score(pairs, ScoringSettings.defaults());
            for (int i = 0; i < EXPECTED.length; i++) {
                assertThat((double) scores[i][0]).isCloseTo(EXPECTED[i], within(2e-5));
            }
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ModelDescriptor.read(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message);
    }
}
