package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ModernBERT folders that must score alike, and those that must be refused. */
class ModernBertCheckpointTest {

    private static final FormulaWeights WEIGHTS = ModernBertModels.referenceWeights();
    private static final List<TokenizedPair> PAIRS =
            List.of(
                    new TokenizedPair(new long[] {4, 5, 6, 7}, 2, 0, false),
                    new TokenizedPair(new long[60], 2, 0, false));

    @TempDir Path directory;

    private final ObjectNode config = ModernBertModels.config(48, 4, 40, 3, "cls");
    private final Map<String, long[]> tensors = ModernBertModels.tensors(config);

    @Test
    void takesTheRotationAndTheTypesOfLayersInEitherForm() throws IOException {
        config.put("global_rope_theta", 5000).put("local_rope_theta", 700.0);
        float[][] older = score();
        config.remove(List.of("global_rope_theta", "local_rope_theta"));
        set("layer_types", "['full_attention', 'sliding_attention', 'sliding_attention']");
        set(
                "rope_parameters",
                "{'full_attention': {'rope_type': 'default', 'rope_theta': 5000.0},"
                        + " 'sliding_attention': {'rope_type': 'default', 'rope_theta': 700.0}}");

        assertThat(score()).isDeepEqualTo(older);
    }

    @Test
    void whatIsAbsentIsAsInTransformers() {
        config.put("hidden_activation", "gelu")
                .put("classifier_activation", "gelu")
                .put("global_attn_every_n_layers", 3)
                .put("global_rope_theta", 160000.0)
                .put("local_rope_theta", 10000.0)
                .put("norm_eps", 1e-5);
        float[][] stated = score();
        ObjectNode bare = ModernBertModels.config(48, 4, 40, 3, "cls");
        bare.remove("classifier_pooling");
        config.removeAll();
        config.setAll(bare);

        assertThat(score()).isDeepEqualTo(stated);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "hidden_size | 47 | field \"hidden_size\" is 47, no even multiple of 4 heads",
                "hidden_size | 12 | field \"hidden_size\" is 12, no even multiple of 4 heads",
                "hidden_activation | 'silu' | field \"hidden_activation\" is \"silu\"; supported is gelu",
                "classifier_activation | 'celu' | supported are gelu, tanh, relu and silu",
                "classifier_pooling | 'max' | field \"classifier_pooling\" is \"max\"",
                "attention_bias | true | field \"attention_bias\" is true",
                "mlp_bias | true | field \"mlp_bias\" is true",
                "norm_bias | true | field \"norm_bias\" is true",
                "classifier_bias | true | tensor \"head.dense.bias\" is missing",
                "num_hidden_layers | 2 | field \"num_hidden_layers\" is 2, but there is tensor \"model.layers.2.",
                "num_hidden_layers | 4 | tensor \"model.layers.3.attn_norm.weight\" is missing",
                "num_hidden_layers | 2000000 | supported are at most 1000",
                "intermediate_size | 41 | tensor \"model.layers.0.mlp.Wi.weight\": shape [80, 48], but config.json asks for [82, 48]",
                "vocab_size | 121 | but config.json asks for [121, 48]",
                "local_attention | 1 | field \"local_attention\" must be a whole number of at least 2",
                "global_attn_every_n_layers | 0 | must be a whole number of at least 1",
                "layer_types | ['full_attention'] | field \"layer_types\" names 1 layers of 3",
                "layer_types | ['full_attention', 'full_attention', 'linear'] | field \"layer_types\" has \"linear\"",
                "rope_scaling | {'type': 'yarn'} | field \"rope_scaling\" is set",
                "rope_parameters | {'rope_theta': 10000.0} | field \"rope_parameters\" is for all layers",
                "rope_parameters | {'full_attention': {'rope_type': 'yarn'}} | field \"rope_parameters.full_attention.rope_type\" is \"yarn\"",
                "rope_parameters | {'full_attention': {'rope_theta': 0}} | must be above 0",
                "rope_parameters | 5 | field \"rope_parameters\" must be an object",
                "global_rope_theta | -1 | field \"global_rope_theta\" must be above 0",
                "norm_eps | 0 | field \"norm_eps\" must be above 0",
                "id2label | {'0': 'a', '1': 'b', '2': 'c'} | field \"id2label\" has 3 labels",
            })
    void refusesAConfigurationItCannotFollow(String field, String value, String problem)
            throws IOException {
        set(field, value);

        assertRefused(problem);
    }

    @Test
    void refusesBasesThatContradictEachOther() throws IOException {
        config.put("global_rope_theta", 160000.0);
        set("rope_parameters", "{'full_attention': {'rope_theta': 10000.0}}");

        assertRefused(
                "field \"rope_parameters.full_attention.rope_theta\" is 10000.0, but"
                        + " \"global_rope_theta\" is 160000.0");
    }

    /** A BERT tokenizer makes types; the class of transformers takes none. */
    @Test
    void tokenTypesAreNotLookedAt() throws IOException {
        config.put("vocab_size", 30_522);
        ModernBertModels.write(directory, config, ModernBertModels.tensors(config), WEIGHTS);
        Files.copy(
                Path.of("../tests/models/scifact-minilm-layerwise/tokenizer.json"),
                directory.resolve("tokenizer.json"));
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"BertTokenizer\"}");

        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            TokenizedPair pair =
                    reranker.tokenizer(TokenizationSettings.defaults()).pair("a cell", "lives");
            TokenizedPair bare = new TokenizedPair(pair.ids(), 1, 0, false);
            assertThat(reranker.score(List.of(pair, bare), ScoringSettings.defaults()))
                    .satisfies(scores -> assertThat(scores[0]).containsExactly(scores[1]));
        }
    }

    @Test
    void refusesTheBodyAlone() {
        tensors.keySet().removeIf(name -> !name.startsWith("model."));

        assertRefused(
                "tensor \"classifier.weight\" is missing: this is an embedding checkpoint, not a"
                        + " reranker");
    }

    private void set(String field, String value) throws IOException {
        config.set(field, new ObjectMapper().readTree(value.replace('\'', '"')));
    }

    private float[][] score() {
        ModernBertModels.write(directory, config, tensors, WEIGHTS);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            return reranker.score(PAIRS, ScoringSettings.defaults());
        }
    }

    private void assertRefused(String problem) {
        ModernBertModels.write(directory, config, tensors, WEIGHTS);
        assertThatThrownBy(() -> Reranker.open(directory, ComputeType.FLOAT32, "cpu"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(directory.toString())
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }
}
