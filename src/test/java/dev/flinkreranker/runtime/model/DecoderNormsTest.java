package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each norm of a layer is used where it belongs, also in a family that has all of them. */
class DecoderNormsTest {

    private static final FormulaWeights FORMULA = FormulaWeights.MINICPM;

    @TempDir Path directory;

    /** A head is as wide as a state, so that no norm taken for another shows by its shape. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void agreesWithThePlainFormulas(boolean postNorms, boolean headNorms) throws IOException {
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(DecoderModels.QWEN3);
        config.put("hidden_size", 16)
                .put("intermediate_size", 24)
                .put("vocab_size", 20)
                .put("num_hidden_layers", 2)
                .put("num_attention_heads", 2)
                .put("num_key_value_heads", 1)
                .put("head_dim", 16)
                .put("rope_theta", 10_000);
        DecoderDescriptor model =
                new DecoderConfigReader(
                                DecoderModels.config(config.toString()),
                                DecoderArchitecture.QWEN3,
                                PairFormat.QWEN3_CHAT)
                        .languageModel(List.of(3L, 5L));
        DecoderWeights layout = new DecoderWeights(model, postNorms, headNorms);
        write(config, layout);
        long[] ids = {7, 1, 12, 19, 4, 4, 9};

        double expected = new PlainDecoder(model, postNorms, headNorms, FORMULA).score(ids);

        ExecutionPlan plan = ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32);
        try (MappedWeights weights =
                        new MappedWeights(Checkpoint.open(directory), layout.layout(), plan);
                DecoderScorer scorer =
                        new DecoderScorer(
                                model,
                                layout,
                                weights,
                                new PrefixCache(),
                                weights.plan().threads())) {
            float[] scores =
                    scorer.score(
                                    List.of(new TokenizedPair(ids, 2, 0, false)),
                                    List.of(),
                                    ScoringSettings.defaults(),
                                    null)
                            .logits();
            assertThat(scores).hasSize(1);
            assertThat((double) scores[0]).isCloseTo(expected, within(1e-5));
        }
    }

    private void write(ObjectNode config, DecoderWeights layout) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        layout.layout()
                .all()
                .forEach(
                        spec ->
                                shapes.put(
                                        spec.name(),
                                        spec.shape().stream()
                                                .mapToLong(Long::longValue)
                                                .toArray()));
        GoldenFile.writeConfig(directory, config);
        FORMULA.write(shapes, StoredType.F32).write(directory.resolve("model.safetensors"));
    }
}
