package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.SafetensorsWriter;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters against PEFT's scores, against the same weights merged by hand, and broken ones. */
class LoraAdapterTest {

    private static final Path SMALL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final Path SAVED = Path.of("test", "resources", "lora");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CONFIG =
            "{'peft_type': 'LORA', 'base_model_name_or_path': '../base', 'r': 2, 'lora_alpha': 4}";
    private static final String QUERY = "model.layers.0.self_attn.q_proj";
    private static final String HEAD = "lm_head.0.linear_head";
    private static final FormulaWeights DELTA =
            new FormulaWeights(List.of(FormulaWeights.Rule.naming("", 0, 0.5f)));

    private static final List<TokenizedPair> PAIRS =
            List.of(
                    new TokenizedPair(new long[] {1, 5, 9, 13, 40, 2}, 3, 1, false),
                    new TokenizedPair(new long[] {1, 60, 2, 33}, 2, 1, false));
    private static final ScoringSettings BOTH =
            new ScoringSettings(List.of(2, 3), 1, List.of(), HeadSelection.BY_LAYER, false);

    @TempDir Path root;

    private final Map<String, long[]> shapes = new LinkedHashMap<>();
    private Path base;
    private Path adapter;

    @BeforeEach
    void folders() throws IOException {
        base = Files.createDirectories(root.resolve("base"));
        adapter = Files.createDirectories(root.resolve("adapter"));
        String config =
                """
                {"architectures": ["LayerWiseMiniCPMForCausalLM"], "hidden_size": 32,
                 "intermediate_size": 48, "vocab_size": 64, "num_hidden_layers": 3,
                 "num_attention_heads": 2, "num_key_value_heads": 2, "rms_norm_eps": 1e-5,
                 "hidden_act": "silu", "scale_emb": 12, "scale_depth": 1.4, "dim_model_base": 16,
                 "start_layer": 2, "head_multi": true, "head_type": "simple"}
                """;
        Files.writeString(base.resolve("config.json"), config);
        DecoderModels.descriptor(DecoderArchitecture.MINICPM, config)
                .weights()
                .all()
                .forEach(
                        spec ->
                                shapes.put(
                                        spec.name(),
                                        spec.shape().stream().mapToLong(d -> d).toArray()));
        FormulaWeights.MINICPM
                .write(shapes, StoredType.F32)
                .write(base.resolve("model.safetensors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "rslora"})
    void scoresAsPeftsMergedModelDoes(String name) throws IOException {
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.copy(SAVED.resolve(name).resolve(file), adapter.resolve(file));
        }
        Path config = adapter.resolve("adapter_config.json");
        Files.writeString(
                config, Files.readString(config).replace("BASE", SMALL.toRealPath().toString()));
        JsonNode expected = JSON.readTree(SAVED.resolve("expected-scores.json").toFile());

        try (Reranker reranker = Reranker.open(adapter, ComputeType.FLOAT32, "cpu")) {
            PairTokenizer tokenizer = reranker.tokenizer(TokenizationSettings.defaults());
            List<TokenizedPair> pairs = new ArrayList<>();
            for (JsonNode pair : expected.path("pairs")) {
                pairs.add(
                        tokenizer.pair(pair.path("query").asText(), pair.path("passage").asText()));
            }
            float[][] scores = reranker.score(pairs, ScoringSettings.defaults());
            assertThat(scores).hasNumberOfRows(4);
            for (int i = 0; i < scores.length; i++) {
                assertThat((double) scores[i][0])
                        .as("pair %d", i)
                        .isCloseTo(expected.path(name).path(i).asDouble(), within(2e-5));
            }
        }
    }

    @Test
    void aDecodersLayersAndHeadsAreUpdated() throws IOException {
        write(CONFIG, update(update(new SafetensorsWriter(), QUERY, 32, 32), HEAD, 1, 32));
        Path merged = Files.createDirectories(root.resolve("merged"));
        Files.copy(base.resolve("config.json"), merged.resolve("config.json"));
        SafetensorsWriter whole = new SafetensorsWriter();
        shapes.forEach((name, shape) -> whole.add(name, StoredType.F32, merged(name), shape));
        whole.write(merged.resolve("model.safetensors"));

        for (ComputeType type : List.of(ComputeType.FLOAT32, ComputeType.BFLOAT16)) {
            float[][] expected = scores(merged, type);
            float[][] actual = scores(adapter, type);
            for (int i = 0; i < expected.length; i++) {
                for (int c = 0; c < 2; c++) {
                    assertThat(actual[i][c])
                            .isCloseTo(
                                    expected[i][c],
                                    within(type == ComputeType.FLOAT32 ? 2e-5f : 2e-2f));
                }
            }
            assertThat(actual[0][0]).isNotCloseTo(scores(base, type)[0][0], within(0.1f));
        }
    }

    @Test
    void aBaseOfOnesOwnChoiceTakesThePlaceOfTheOneThatIsNamed() throws IOException {
        write(CONFIG, update(new SafetensorsWriter(), QUERY, 32, 32));
        float[][] expected = scores(adapter, ComputeType.FLOAT32);
        write(
                CONFIG.replace("../base", "org/elsewhere"),
                update(new SafetensorsWriter(), QUERY, 32, 32));

        try (Reranker reranker = Reranker.open(adapter, base, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.score(PAIRS, BOTH)).isDeepEqualTo(expected);
        }
        assertThat(ModelDescriptor.read(adapter, base).layers()).isEqualTo(3);
    }

    @Test
    void aBaseThatLeavesOutWhatItsNamesBeginWithIsUpdatedAllTheSame() throws IOException {
        write(CONFIG, update(new SafetensorsWriter(), QUERY, 32, 32));
        float[][] expected = scores(adapter, ComputeType.FLOAT32);
        TensorNames.replace(base.resolve("model.safetensors"), "\"model\\.", "\"");

        assertThat(scores(adapter, ComputeType.FLOAT32)).isDeepEqualTo(expected);
    }

    @Test
    void whatTheBaseDeclaresHoldsForItsAdapterToo() throws IOException {
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.copy(SAVED.resolve("plain").resolve(file), adapter.resolve(file));
        }
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(
                    SMALL.resolve(file), base.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.copy(SMALL.resolve("tokenizer.json"), adapter.resolve("tokenizer.json"));
        declare(base, "base: ");
        Files.writeString(base.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 77}");

        try (Reranker reranker = Reranker.open(adapter, base, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.defaultMaxLength()).isEqualTo(77);
            assertThat(reranker.declaredScore().name()).isEqualTo("Identity");
            assertThat(reranker.pairText(TokenizationSettings.defaults(), "a", "b"))
                    .isEqualTo("[CLS] base : a [SEP] b [SEP]");
        }
        declare(adapter, "own: ");
        try (Reranker reranker = Reranker.open(adapter, base, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.pairText(TokenizationSettings.defaults(), "a", "b"))
                    .isEqualTo("[CLS] own : a [SEP] b [SEP]");
        }
        assertThat(Checkpoint.files(adapter, base).stream().map(Path::getParent).distinct())
                .containsExactly(adapter, base);
        assertThat(Checkpoint.files(base, null).stream().map(Path::getParent).distinct())
                .containsExactly(base);
    }

    private static void declare(Path directory, String prompt) throws IOException {
        Files.writeString(
                directory.resolve("config_sentence_transformers.json"),
                """
                {"prompts": {"query": "%s"}, "default_prompt_name": "query",
                 "activation_fn": "torch.nn.modules.linear.Identity"}
                """
                        .formatted(prompt));
    }

    @Test
    void onlyAnAdapterTakesABase() {
        assertThatThrownBy(() -> ModelDescriptor.read(base, SMALL))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(base + ": is no adapter, so it takes no base");
    }

    @Test
    void whatAnAdapterAddsTakesMemoryOfThisProcess() throws IOException {
        write(CONFIG, update(new SafetensorsWriter(), QUERY, 32, 32));

        try (Reranker adapted = Reranker.open(adapter, ComputeType.FLOAT32, "cpu");
                Reranker plain = Reranker.open(base, ComputeType.FLOAT32, "cpu")) {
            assertThat(adapted.weightMemory(3).converted())
                    .isEqualTo(plain.weightMemory(3).converted() + 32 * 32 * 4);
            assertThat(adapted.weightMemory(3).total()).isEqualTo(plain.weightMemory(3).total());
        }
    }

    @Test
    void aSumThatIsNoNumberIsRefusedByTheMatrixsName() throws IOException {
        float[] down = new float[2 * 32];
        down[7] = Float.NaN;
        write(
                CONFIG,
                add(new SafetensorsWriter(), QUERY + ".lora_B.weight", 32, 2)
                        .add(
                                "base_model.model." + QUERY + ".lora_A.weight",
                                StoredType.F32,
                                down,
                                2,
                                32));

        assertThatThrownBy(() -> scores(adapter, ComputeType.FLOAT32))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("\"" + QUERY + ".weight\" holds NaN or infinite numbers");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'r': 2|'r': 0|field \"r\" must be a whole number of at least 1",
                "'r': 2|'r': -1|field \"r\" must be a whole number of at least 1",
                "'r': 2|'r': 1000000000|field \"r\" is 1000000000, but tensor \"base_model.model."
                        + QUERY
                        + ".lora_A.weight\" has rank 2",
                "'r': 2|'r': 99999999999|field \"r\" must be a whole number",
                "'lora_alpha': 4|'lora_alpha': NaN|not valid JSON",
                "'lora_alpha': 4|'lora_alpha': 1e999|field \"lora_alpha\" must be a number",
                "'lora_alpha': 4|'lora_alpha': 1e300|field \"lora_alpha\" is 1.0E300, which float32",
                "'lora_alpha': 4|'lora_alpha': 'x'|field \"lora_alpha\" must be a number",
                "'LORA'|'IA3'|field \"peft_type\" is \"IA3\"; supported is LORA",
                "'r': 2|'r': 2, 'use_dora': true|field \"use_dora\" is set",
                "'r': 2|'r': 2, 'fan_in_fan_out': true|field \"fan_in_fan_out\" is set",
                "'r': 2|'r': 2, 'alpha_pattern': {'q': 1}|field \"alpha_pattern\" is set",
                "'r': 2|'r': 2, 'bias': 'all'|field \"bias\" is \"all\"; supported is none",
                "'r': 2|'r': 2, 'init_lora_weights': 'pissa'|field \"init_lora_weights\" is"
                        + " \"pissa\", which changes the base too",
                "../base|../no|field \"base_model_name_or_path\" names a model that cannot be used:"
                        + " ../no: no such directory",
                "../base|org/no|cannot be used: org/no: no such directory, nor is it in the Hub",
                "'base_model_name_or_path': '../base',||\"base_model_name_or_path\" is missing",
                "../base|.|config.json: no such file",
            })
    void aConfigurationThatCannotBeFollowedIsRefused(String part, String other, String message)
            throws IOException {
        write(
                CONFIG.replace(part, other == null ? "" : other),
                update(new SafetensorsWriter(), QUERY, 32, 32));

        assertRefused(message);
    }

    @Test
    void tensorsThatDoNotFitTheBaseAreRefused() throws IOException {
        assertTensorsRefused(
                "the base has no tensor \"model.layers.9.self_attn.q_proj.weight\"",
                update(new SafetensorsWriter(), "model.layers.9.self_attn.q_proj", 32, 32));
        assertTensorsRefused(
                "do not fit the base's tensor \"" + QUERY + ".weight\" of shape [32, 32]",
                update(new SafetensorsWriter(), QUERY, 31, 32));
        assertTensorsRefused(
                "do not fit the base's tensor \"model.norm.weight\" of shape [32]",
                update(new SafetensorsWriter(), "model.norm", 32, 32));
        assertTensorsRefused(
                "there is no \"base_model.model." + QUERY + ".lora_B.weight\" to it",
                add(new SafetensorsWriter(), QUERY + ".lora_A.weight", 2, 32));
        assertTensorsRefused(
                "there is no \"base_model.model." + QUERY + ".lora_A.weight\" to it",
                add(new SafetensorsWriter(), QUERY + ".lora_B.weight", 32, 2));
        assertTensorsRefused(
                "neither a low-rank update, nor in the base, nor in modules_to_save",
                add(new SafetensorsWriter(), QUERY + ".lora_magnitude_vector", 32));
        assertTensorsRefused(
                "shape [31], but the base's is [32]",
                add(new SafetensorsWriter(), "model.norm.weight", 31));
        assertTensorsRefused(
                "does not begin with base_model.model.",
                new SafetensorsWriter().add("x", StoredType.F32, new float[1], 1));
        assertTensorsRefused(
                "do not fit",
                add(
                        add(new SafetensorsWriter(), QUERY + ".lora_A.weight", 0, 32),
                        QUERY + ".lora_B.weight",
                        32,
                        0));
    }

    @Test
    void aPickledAdapterIsNotRead() throws IOException {
        Files.writeString(adapter.resolve("adapter_config.json"), json(CONFIG));
        Files.writeString(adapter.resolve("adapter_model.bin"), "pickle");

        assertRefused("adapter_model.bin is a pickle and is not read");
    }

    @Test
    void aFolderWithWeightsOfItsOwnIsNoAdapter() throws IOException {
        Files.writeString(base.resolve("adapter_config.json"), "not read");

        assertThat(scores(base, ComputeType.FLOAT32)).isNotEmpty();
    }

    private void assertTensorsRefused(String message, SafetensorsWriter tensors)
            throws IOException {
        write(CONFIG, tensors);
        assertRefused(message);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ModelDescriptor.read(adapter))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    private void write(String config, SafetensorsWriter tensors) throws IOException {
        Files.writeString(adapter.resolve("adapter_config.json"), json(config));
        tensors.write(adapter.resolve("adapter_model.safetensors"));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static SafetensorsWriter update(
            SafetensorsWriter tensors, String module, long rows, long columns) {
        return add(
                add(tensors, module + ".lora_A.weight", 2, columns),
                module + ".lora_B.weight",
                rows,
                2);
    }

    private static SafetensorsWriter add(SafetensorsWriter tensors, String name, long... shape) {
        int count = 1;
        for (long dimension : shape) {
            count *= (int) dimension;
        }
        return tensors.add(
                "base_model.model." + name, StoredType.F32, DELTA.values(name, count), shape);
    }

    /** W + alpha / r * B A. */
    private float[] merged(String name) {
        int rows = (int) shapes.get(name)[0];
        int columns = shapes.get(name).length == 1 ? 1 : (int) shapes.get(name)[1];
        float[] values = FormulaWeights.MINICPM.values(name, rows * columns);
        String module = name.replaceFirst("\\.weight$", "");
        if (module.equals(QUERY) || module.equals(HEAD)) {
            float[] down = DELTA.values(module + ".lora_A.weight", 2 * columns);
            float[] up = DELTA.values(module + ".lora_B.weight", rows * 2);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = up[2 * i] * down[j] + up[2 * i + 1] * down[columns + j];
                    values[i * columns + j] += (float) (2 * sum);
                }
            }
        }
        return values;
    }

    private static float[][] scores(Path directory, ComputeType type) {
        try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
            return reranker.score(PAIRS, BOTH);
        }
    }
}
