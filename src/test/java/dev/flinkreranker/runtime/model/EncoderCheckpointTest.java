package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.SafetensorsWriter;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.program.WeightSpec;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints in every form that must score alike, and those that must be refused. */
class EncoderCheckpointTest {

    private static final EncoderShape SHAPE = new EncoderShape(48, 4, 96, 2, 50);
    private static final String LAYER_1 = "roberta.encoder.layer.1.output.dense.weight";
    private static final List<TokenizedPair> PAIRS =
            List.of(
                    new TokenizedPair(new long[] {0, 5, 6, 2, 2, 7, 2}, 4, 0, false),
                    new TokenizedPair(new long[] {0, 49, 2, 2, 2}, 3, 0, false));

    @TempDir Path directory;

    @Test
    void shardsScoreAsOneFileDoes() throws IOException {
        SHAPE.write(directory, StoredType.F32);
        float[][] single = score(ComputeType.FLOAT32);
        Files.delete(directory.resolve("model.safetensors"));
        Map<String, long[]> all = new TreeMap<>(SHAPE.tensors());
        ObjectNode index = new ObjectMapper().createObjectNode();
        ObjectNode weightMap = index.putObject("weight_map");
        for (int shard = 0; shard < 3; shard++) {
            Map<String, long[]> part = new TreeMap<>();
            for (Map.Entry<String, long[]> entry : all.entrySet()) {
                if (Math.floorMod(entry.getKey().hashCode(), 3) == shard) {
                    part.put(entry.getKey(), entry.getValue());
                    weightMap.put(entry.getKey(), "part-" + shard + ".safetensors");
                }
            }
            SHAPE.weights()
                    .write(part, StoredType.F32)
                    .write(directory.resolve("part-" + shard + ".safetensors"));
        }
        Files.writeString(directory.resolve("model.safetensors.index.json"), index.toString());

        assertThat(score(ComputeType.FLOAT32)).isDeepEqualTo(single);
    }

    @ParameterizedTest
    @CsvSource({
        "camembert, roberta.",
        "data2vec-text, data2vec_text.",
        "roberta, roberta.",
    })
    void robertaByOtherNamesScoresAsItDoes(String type, String prefix) {
        SHAPE.write(directory, StoredType.F32);
        float[][] expected = score(ComputeType.FLOAT32);
        SafetensorsWriter writer = new SafetensorsWriter();
        SHAPE.tensors()
                .forEach(
                        (name, shape) ->
                                writer.add(
                                        name.replaceFirst("^roberta\\.", prefix),
                                        StoredType.F32,
                                        SHAPE.weights()
                                                .values(
                                                        name,
                                                        (int)
                                                                Arrays.stream(shape)
                                                                        .reduce(
                                                                                1,
                                                                                (a, b) -> a * b)),
                                        shape));
        GoldenFile.writeConfig(directory, SHAPE.config().put("model_type", type));
        writer.write(directory.resolve("model.safetensors"));

        assertThat(score(ComputeType.FLOAT32)).isDeepEqualTo(expected);
    }

    @Test
    void aSecondTokenTypeIsSeenOnlyByPassagesOfThatType() {
        SHAPE.write(directory, StoredType.F32);
        float[][] single = score(ComputeType.FLOAT32);
        Map<String, long[]> tensors = SHAPE.tensors();
        tensors.put("roberta.embeddings.token_type_embeddings.weight", new long[] {2, 48});
        write(SHAPE.config().put("type_vocab_size", 2), tensors);

        assertThat(score(ComputeType.FLOAT32)).isDeepEqualTo(single);
        TokenizedPair typed = new TokenizedPair(PAIRS.get(0).ids(), 4, 0, false, 1, 0);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.score(List.of(typed), ScoringSettings.defaults())[0][0])
                    .isNotEqualTo(single[0][0]);
        }
    }

    @Test
    void aTokenTypeBeyondTheTableIsRefused() {
        SHAPE.write(directory, StoredType.F32);
        TokenizedPair typed = new TokenizedPair(PAIRS.get(0).ids(), 4, 0, false, 1, 0);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThatThrownBy(() -> reranker.score(List.of(typed), ScoringSettings.defaults()))
                    .isInstanceOf(ScoringException.class)
                    .hasMessage("pair 0 has token type 1; the model's are 0 to 0");
        }
    }

    /** Queries, keys and values as rows of one tensor, whose values are those of three. */
    @Test
    void packedAttentionScoresAsItsPartsDo() {
        EncoderShape packed = new EncoderShape(48, 4, 96, 2, 50, EncoderNames.FLASH_ATTENTION);
        packed.write(directory, StoredType.F32);
        float[][] scores = score(ComputeType.FLOAT32);
        SafetensorsWriter parts = new SafetensorsWriter();
        List<WeightSpec> stored = packed.specs();
        List<WeightSpec> wanted = SHAPE.specs();
        for (int i = 0; i < stored.size(); i++) {
            WeightSpec spec = stored.get(i);
            float[] all =
                    packed.weights()
                            .values(
                                    spec.name(),
                                    (int)
                                            (spec.elements()
                                                    / spec.shape().get(0)
                                                    * spec.storedRows()));
            int first = (int) (spec.elements() / spec.shape().get(0) * spec.firstRow());
            parts.add(
                    wanted.get(i).name(),
                    StoredType.F32,
                    Arrays.copyOfRange(all, first, first + (int) spec.elements()),
                    spec.shape().stream().mapToLong(Long::longValue).toArray());
        }
        GoldenFile.writeConfig(directory, SHAPE.config());
        parts.write(directory.resolve("model.safetensors"));

        assertThat(score(ComputeType.FLOAT32)).isDeepEqualTo(scores);
    }

    @ParameterizedTest
    @EnumSource(
            value = StoredType.class,
            names = {"F32", "F16", "BF16"})
    void everyStoredTypeScoresInEveryComputeType(StoredType stored) {
        SHAPE.write(directory, StoredType.F32);
        float[][] full = score(ComputeType.FLOAT32);
        SHAPE.write(directory, stored);

        for (ComputeType type : HostTypes.all()) {
            float[][] scores = score(type);
            for (int i = 0; i < scores.length; i++) {
                assertThat(Math.abs(scores[i][0] - full[i][0])).as("%s", type).isLessThan(0.1f);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StoredType.class,
            names = {"F32", "F16", "BF16"})
    void tensorsMayBeginAtAnyByte(StoredType stored) {
        SafetensorsWriter writer = SHAPE.weights().write(SHAPE.tensors(), stored);
        GoldenFile.writeConfig(directory, SHAPE.config());
        writer.write(directory.resolve("model.safetensors"));
        float[][] aligned = score(ComputeType.FLOAT32);
        writer.writeMisaligned(directory.resolve("model.safetensors"));

        assertThat(score(ComputeType.FLOAT32)).isDeepEqualTo(aligned);
    }

    @ParameterizedTest
    @CsvSource({
        "F32, NaN, roberta.embeddings.word_embeddings.weight",
        "F16, NaN, roberta.embeddings.word_embeddings.weight",
        "BF16, -Infinity, roberta.embeddings.word_embeddings.weight",
        "F32, Infinity, " + LAYER_1,
        "F16, NaN, " + LAYER_1,
        "BF16, NaN, " + LAYER_1,
        "F16, -Infinity, " + LAYER_1,
        "F32, NaN, classifier.out_proj.bias",
        "BF16, NaN, classifier.dense.weight",
    })
    void refusesAWeightThatIsNotANumber(StoredType stored, float value, String tensor) {
        SafetensorsWriter writer = new SafetensorsWriter();
        SHAPE.tensors()
                .forEach(
                        (name, shape) -> {
                            float[] values = SHAPE.weights().values(name, count(shape));
                            if (name.equals(tensor)) {
                                values[values.length - 1] = value;
                            }
                            writer.add(name, stored, values, shape);
                        });
        GoldenFile.writeConfig(directory, SHAPE.config());
        writer.write(directory.resolve("model.safetensors"));

        for (ComputeType type : List.of(ComputeType.FLOAT32, ComputeType.BFLOAT16)) {
            assertThatThrownBy(() -> score(type))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessage(
                            "%s: tensor \"%s\" holds NaN or infinite numbers",
                            directory.resolve("model.safetensors"), tensor);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roberta.embeddings.LayerNorm.bias",
                "roberta.encoder.layer.0.attention.self.key.weight",
                LAYER_1,
                "classifier.dense.weight",
            })
    void refusesAMissingWeight(String tensor) {
        Map<String, long[]> tensors = SHAPE.tensors();
        tensors.remove(tensor);
        write(SHAPE.config(), tensors);

        assertRefused(directory + ": tensor \"" + tensor + "\" is missing");
    }

    @Test
    void refusesPackedAttentionThatLacksRows() {
        EncoderShape packed = new EncoderShape(48, 4, 96, 2, 50, EncoderNames.FLASH_ATTENTION);
        Map<String, long[]> tensors = packed.tensors();
        String name = "roberta.encoder.layers.1.mixer.Wqkv.weight";
        tensors.put(name, new long[] {96, 48});
        write(packed.config(), tensors);

        assertRefused(
                "tensor \"" + name + "\": shape [96, 48], but config.json asks for [144, 48]");
    }

    @Test
    void refusesLayersBeyondThoseThatAreCounted() {
        write(SHAPE.config().put("num_hidden_layers", 1), SHAPE.tensors());

        assertRefused(
                "field \"num_hidden_layers\" is 1, but there is tensor \"roberta.encoder.layer.1.");
    }

    @Test
    void refusesAnEmbeddingCheckpoint() {
        Map<String, long[]> tensors = SHAPE.tensors();
        tensors.keySet().removeIf(name -> name.startsWith("classifier."));
        write(SHAPE.config(), tensors);

        assertRefused(
                directory
                        + ": tensor \"classifier.out_proj.weight\" is missing: this is an embedding"
                        + " checkpoint, not a reranker");
    }

    @Test
    void refusesAWeightOfAnotherShape() {
        Map<String, long[]> tensors = SHAPE.tensors();
        tensors.put(LAYER_1, new long[] {96, 48});
        write(SHAPE.config(), tensors);

        assertRefused(
                "tensor \"" + LAYER_1 + "\": shape [96, 48], but config.json asks for [48, 96]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "model_type | \"t5\" | field \"model_type\" is \"t5\"",
                "model_type | 5 | field \"model_type\" must be a text, not 5",
                "hidden_size | null | field \"hidden_size\" is missing",
                "hidden_size | 0 | field \"hidden_size\" must be a whole number of at least 1, not 0",
                "hidden_size | 50 | field \"hidden_size\" is 50, no multiple of 4 heads",
                "num_hidden_layers | 3000000000 | field \"num_hidden_layers\" must be a whole number",
                "num_hidden_layers | 3 | tensor \"roberta.encoder.layer.2.attention.self.query.weight\" is missing",
                "vocab_size | 51 | but config.json asks for [51, 48]",
                "hidden_act | \"relu\" | field \"hidden_act\" is \"relu\"; supported is gelu",
                "position_embedding_type | \"relative_key\" | supported is absolute",
                "id2label | {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"} | field \"id2label\" has 3 labels",
                "id2label | {\"0\": \"a\", \"1\": \"b\"} | shape [1, 48], but config.json asks for [2, 48]",
                "id2label | [\"a\"] | field \"id2label\" must be an object",
                "id2label | {} | field \"id2label\" has 0 labels",
                "num_labels | 2 | shape [1, 48], but config.json asks for [2, 48]",
                "layer_heads | [2] | field \"layer_heads\" is [2]; must ascend below 2 layers",
                "layer_heads | [1] | tensor \"layer_heads.1.dense.weight\" is missing",
                "layer_heads | 1 | field \"layer_heads\" must be a list, not 1",
                "layer_norm_eps | \"small\" | field \"layer_norm_eps\" must be a number",
            })
    void refusesAConfigurationItCannotFollow(String field, String value, String problem)
            throws IOException {
        ObjectNode config = SHAPE.config();
        config.set(field, new ObjectMapper().readTree(value));
        write(config, SHAPE.tensors());

        assertRefused(problem);
    }

    private static int count(long[] shape) {
        long count = 1;
        for (long dimension : shape) {
            count *= dimension;
        }
        return (int) count;
    }

    private void write(ObjectNode config, Map<String, long[]> tensors) {
        GoldenFile.writeConfig(directory, config);
        SHAPE.weights()
                .write(tensors, StoredType.F32)
                .write(directory.resolve("model.safetensors"));
    }

    private float[][] score(ComputeType type) {
        try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
            return reranker.score(PAIRS, ScoringSettings.defaults());
        }
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> Reranker.open(directory, ComputeType.FLOAT32, "cpu"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(directory.toString())
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }
}
