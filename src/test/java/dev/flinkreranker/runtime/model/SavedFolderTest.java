package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.model.FormulaWeights.Rule;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Folders as transformers 5 and Sentence Transformers 6 save them, from texts to the scores that it
 * gives.
 */
class SavedFolderTest {

    private static final Path TOKENIZERS = Path.of("test", "resources", "tokenizers");

    @TempDir Path directory;

    @ParameterizedTest
    @MethodSource("folders")
    void scoresTextsAsTheReferenceDoes(Folder folder) throws IOException {
        folder.write(directory);

        assertScores(folder);
    }

    @Test
    void aPaddingTokenBeyondTheEmbeddingChangesNoScore() throws IOException {
        Folder gemma =
                folders().filter(f -> f.toString().equals("gemma")).findFirst().orElseThrow();
        gemma.write(directory);
        Path tokenizer = directory.resolve("tokenizer.json");
        Files.writeString(
                tokenizer,
                Files.readString(tokenizer)
                        .replaceFirst(
                                "\"added_tokens\":\\s*\\[",
                                "$0{\"id\": 8000, \"content\": \"[PAD]\", \"special\": true,"
                                        + " \"single_word\": false, \"lstrip\": false,"
                                        + " \"rstrip\": false, \"normalized\": false},"));
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"pad_token\": \"[PAD]\"}");

        assertScores(gemma);
    }

    @Test
    void aPairIsShownAsItsTemplateHasIt() throws IOException {
        folders()
                .filter(f -> f.toString().equals("zerank"))
                .findFirst()
                .orElseThrow()
                .write(directory);

        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            TokenizationSettings none = TokenizationSettings.defaults();
            assertThat(reranker.pairText(none, "what?", "that."))
                    .isEqualTo(
                            "<|im_start|>system\nwhat?<|im_end|>\n<|im_start|>user\nthat.<|im_end|>\n"
                                    + "<|im_start|>assistant\n");
            assertThat(reranker.pairText(none.withQueryInstruction("look"), "what?", "that."))
                    .startsWith(
                            "<|im_start|>system\n<query>what?</query>\n<instruction>look"
                                    + "</instruction><|im_end|>\n<|im_start|>user\nthat.");
        }
    }

    /** What the names of a body begin with may be left out, or stand before all names. */
    @ParameterizedTest
    @MethodSource("folders")
    void otherNamesOfABodyChangeNoScore(Folder folder) throws IOException {
        folder.write(directory);
        Path weights = directory.resolve("model.safetensors");

        TensorNames.replace(weights, "\"(model|roberta)\\.", "\"");
        assertScores(folder);
        String prefix = folder.toString().startsWith("xlm") ? "roberta." : "model.";
        TensorNames.replace(
                weights, "\"(embed|layers|norm|encoder|score|classifier)", "\"" + prefix + "$1");
        assertScores(folder);
    }

    private void assertScores(Folder folder) {
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.descriptor().formula()).isEqualTo(folder.formula());
            List<TokenizedPair> pairs = SamplePairs.of(reranker);
            float[][] scores = reranker.score(pairs, ScoringSettings.defaults());
            for (int i = 0; i < pairs.size(); i++) {
                assertThat((double) scores[i][0])
                        .as("pair %d", i)
                        .isCloseTo(folder.score(i), within(2e-5));
                List<TokenizedPair> alone = List.of(pairs.get(i));
                assertThat(reranker.score(alone, ScoringSettings.defaults())[0])
                        .as("pair %d alone", i)
                        .containsExactly(scores[i]);
            }
        }
    }

    static Stream<Folder> folders() throws IOException {
        try (InputStream in =
                SavedFolderTest.class.getResourceAsStream("/saved-folders/cases.json")) {
            JsonNode cases = new ObjectMapper().readTree(in).path("cases");
            return StreamSupport.stream(cases.spliterator(), false).map(Folder::new);
        }
    }

    /** One of the cases. */
    private record Folder(JsonNode data) {

        void write(Path directory) throws IOException {
            GoldenFile.writeConfig(directory, data.path("config"));
            Path tokenizer = TOKENIZERS.resolve(data.path("tokenizer").asText());
            Files.copy(tokenizer.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
            for (Map.Entry<String, JsonNode> file : data.path("files").properties()) {
                Path path = directory.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue().asText());
            }
            Map<String, long[]> tensors = new LinkedHashMap<>();
            data.path("tensors")
                    .properties()
                    .forEach(
                            e ->
                                    tensors.put(
                                            e.getKey(),
                                            StreamSupport.stream(e.getValue().spliterator(), false)
                                                    .mapToLong(JsonNode::longValue)
                                                    .toArray()));
            List<Rule> rules = new ArrayList<>();
            for (JsonNode rule : data.path("rules")) {
                rules.add(
                        Rule.naming(
                                rule.get(0).asText(),
                                rule.get(1).floatValue(),
                                rule.get(2).floatValue()));
            }
            new FormulaWeights(rules)
                    .write(tensors, StoredType.F32)
                    .write(directory.resolve("model.safetensors"));
        }

        String formula() {
            return data.path("formula").asText();
        }

        double score(int pair) {
            return data.path("scores").get(pair).doubleValue();
        }

        @Override
        public String toString() {
            return data.path("name").asText();
        }
    }
}
