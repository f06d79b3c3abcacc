package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoder checkpoints that do not hold what their configuration says, and all stored types. */
class DecoderCheckpointTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Integer> ANSWERS = Map.of("Yes", 7, "yes", 7, "no", 9);

    @TempDir Path directory;

    @Test
    void refusesMoreLayersThanConfigured() throws IOException {
        write(gemma(), StoredType.F32);
        GoldenFile.writeConfig(directory, gemma().put("num_hidden_layers", 2));

        assertRefused()
                .hasMessageContaining("config.json: field \"num_hidden_layers\" is 2, but there is")
                .hasMessageContaining("tensor \"model.layers.2.");
    }

    @Test
    void refusesFewerLayersThanConfigured() throws IOException {
        write(gemma(), StoredType.F32);
        GoldenFile.writeConfig(directory, gemma().put("num_hidden_layers", 4));

        assertRefused()
                .hasMessageContaining(
                        "tensor \"model.layers.3.input_layernorm.weight\" is missing");
    }

    @Test
    void refusesAMissingHead() throws IOException {
        write(lightweight(), StoredType.F32);
        GoldenFile.writeConfig(directory, lightweight().put("start_layer", 1));

        assertRefused().hasMessageContaining("tensor \"lm_head.2.linear_head.weight\" is missing");
    }

    @Test
    void refusesAHeadTooMany() throws IOException {
        write(lightweight(), StoredType.F32);
        GoldenFile.writeConfig(directory, lightweight().put("start_layer", 3));

        assertRefused()
                .hasMessageContaining("field \"start_layer\" is 3, which makes 1 heads")
                .hasMessageContaining("tensor \"lm_head.1.linear_head.weight\"");
    }

    @Test
    void refusesAnUntiedModelWithoutItsHead() throws IOException {
        write(qwen(), StoredType.F32);
        GoldenFile.writeConfig(directory, qwen().put("tie_word_embeddings", false));

        assertRefused().hasMessageContaining("tensor \"lm_head.weight\" is missing");
    }

    @Test
    void refusesAQwen2WithoutABias() throws IOException {
        ObjectNode config = small(DecoderModels.QWEN2);
        Map<String, Integer> answers = Map.of("1", 7, "0", 9);
        DecoderFixture.write(directory, config, answers, FormulaWeights.GEMMA, StoredType.F32);
        Reranker.open(directory, ComputeType.FLOAT32, "cpu").close();
        Path weights = directory.resolve("model.safetensors");
        String bias = "model.layers.1.self_attn.k_proj.bias";
        Files.writeString(
                weights,
                Files.readString(weights, StandardCharsets.ISO_8859_1)
                        .replace(bias, bias.replace("bias", "bios")),
                StandardCharsets.ISO_8859_1);

        assertRefused().hasMessageContaining("tensor \"" + bias + "\" is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // Nothing of the answer is known: not a token, an unknown one, what all texts begin
                // with.
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"N\": 3}, \"merges\": []}}|no token that \"Yes\" begins with",
                "{\"model\": {\"type\": \"WordLevel\", \"unk_token\": \"N\", \"vocab\": {\"N\": 3}}}|no token that \"Yes\" begins with",
                "{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"_\", \"prepend_scheme\": \"always\"}, \"model\": {\"type\": \"BPE\", \"vocab\": {\"_\": 3, \"Y\": 4}, \"merges\": []}}|no token that \"Yes\" begins with",
                "[1]|not a JSON object",
                "{\"model\": {\"vocab\": {\"No\": |not valid JSON: line 1, column 27: the text ends too early",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"Yes\": 3}}}|not a tokenizer",
            })
    void refusesATokenizerWithoutTheAnswer(String tokenizer, String problem) throws IOException {
        write(gemma(), StoredType.F32);
        Files.writeString(directory.resolve("tokenizer.json"), tokenizer);

        assertRefused().hasMessageContaining("tokenizer.json: ").hasMessageContaining(problem);
    }

    @Test
    void refusesALanguageModelWithoutATokenizer() throws IOException {
        write(gemma(), StoredType.F32);
        Files.delete(directory.resolve("tokenizer.json"));

        assertRefused().hasMessageContaining("tokenizer.json: not found");
        // To be described it needs none.
        assertThat(ModelDescriptor.read(directory).formula()).isEqualTo("the logit of \"Yes\"");
    }

    @ParameterizedTest
    @ValueSource(longs = {50, 3_000_000_000L})
    void refusesAnAnswerThatTheEmbeddingLacks(long id) throws IOException {
        write(gemma(), StoredType.F32);
        Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"model\": {\"type\": \"WordLevel\", \"unk_token\": \"N\", \"vocab\": {\"N\": 3,"
                        + " \"Yes\": %d}}}".formatted(id));

        assertRefused()
                .hasMessageContaining(
                        "field \"vocab_size\" is 50, but the first token of \"Yes\" has the id "
                                + id);
    }

    /** The first of several tokens, as the reference takes it, or one that was added. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"Y\": 7, \"e\": 8, \"s\": 9}, \"merges\": []}}",
                "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], [\"a\", -1],"
                        + " [\"b\", -1], [\"c\", -1], [\"d\", -1], [\"f\", -1], [\"g\", -1], [\"Ye\", -1]]}}",
                "{\"added_tokens\": [{\"id\": 7, \"content\": \"Yes\", \"special\": true, \"single_word\":"
                        + " false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false}], \"model\":"
                        + " {\"type\": \"BPE\", \"vocab\": {\"Y\": 5, \"Yes\": 7}, \"merges\": []}}",
            })
    void theAnswerIsTheFirstTokenOfItsEncoding(String tokenizer) throws IOException {
        float whole = score(gemma(), StoredType.F32, ComputeType.FLOAT32);
        Files.writeString(directory.resolve("tokenizer.json"), tokenizer);

        assertThat(score(ComputeType.FLOAT32)).isEqualTo(whole);
    }

    @Test
    void aClassifierNeedsItsLabels() throws IOException {
        write(qwen(), StoredType.F32);
        ObjectNode classifier = qwen();
        classifier.putArray("architectures").add("Qwen3ForSequenceClassification");
        GoldenFile.writeConfig(directory, classifier);
        assertRefused().hasMessageContaining("tensor \"score.weight\" is missing");

        classifier.putObject("id2label").put("0", "a").put("1", "b").put("2", "c");
        GoldenFile.writeConfig(directory, classifier);
        assertRefused()
                .hasMessageContaining(
                        "config.json: field \"id2label\" has 3 labels; a reranker has");
    }

    /** Layerwise models have heads of their own, and no classifier form. */
    @Test
    void refusesALayerwiseModelAsAClassifier() throws IOException {
        write(lightweight(), StoredType.F32);
        ObjectNode classifier = lightweight().put("model_type", "cost_wise_gemma");
        classifier.putArray("architectures").add("CostWiseGemmaForSequenceClassification");
        GoldenFile.writeConfig(directory, classifier);

        assertRefused().hasMessageContaining("field \"model_type\" is \"cost_wise_gemma\" of");
    }

    @Test
    void refusesADecoderOfAnotherKind() throws IOException {
        write(gemma(), StoredType.F32);
        ObjectNode other = gemma().put("model_type", "gemma2");
        other.putArray("architectures").add("Gemma2ForCausalLM");
        GoldenFile.writeConfig(directory, other);

        assertRefused()
                .hasMessageContaining("field \"model_type\" is \"gemma2\" of [Gemma2ForCausalLM]")
                .hasMessageContaining("CostWiseGemmaForCausalLM");
    }

    @ParameterizedTest
    @EnumSource(
            value = StoredType.class,
            names = {"F32", "F16", "BF16"})
    void scoresFromEveryStoredType(StoredType stored) throws IOException {
        for (ObjectNode config : List.of(gemma(), lightweight(), qwen())) {
            write(config, stored);
            for (ComputeType compute : List.of(ComputeType.FLOAT32, ComputeType.BFLOAT16)) {
                float expected = score(config, StoredType.F32, ComputeType.FLOAT32);
                assertThat(score(config, stored, compute))
                        .isNotNaN()
                        .isCloseTo(expected, within(0.3f));
            }
        }
    }

    private float score(ObjectNode config, StoredType stored, ComputeType compute)
            throws IOException {
        write(config, stored);
        return score(compute);
    }

    private float score(ComputeType compute) {
        try (Reranker reranker = Reranker.open(directory, compute, "cpu")) {
            TokenizedPair pair = new TokenizedPair(new long[] {2, 5, 11, 23, 47}, 2, 1, false);
            return reranker.score(List.of(pair), ScoringSettings.defaults())[0][0];
        }
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
        return assertThatThrownBy(
                        () -> Reranker.open(directory, ComputeType.FLOAT32, "cpu").close())
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageNotContaining("\n");
    }

    private void write(ObjectNode config, StoredType stored) {
        DecoderFixture.write(directory, config, ANSWERS, FormulaWeights.GEMMA, stored);
    }

    private static ObjectNode gemma() throws IOException {
        return small(DecoderModels.GEMMA);
    }

    private static ObjectNode lightweight() throws IOException {
        return small(DecoderModels.LIGHTWEIGHT).put("start_layer", 2);
    }

    private static ObjectNode qwen() throws IOException {
        return small(DecoderModels.QWEN3);
    }

    private static ObjectNode small(String config) throws IOException {
        ObjectNode small = (ObjectNode) JSON.readTree(config);
        return small.put("hidden_size", 16)
                .put("intermediate_size", 32)
                .put("vocab_size", 50)
                .put("num_hidden_layers", 3)
                .put("num_attention_heads", 2)
                .put("num_key_value_heads", 1)
                .put("head_dim", 8);
    }
}
