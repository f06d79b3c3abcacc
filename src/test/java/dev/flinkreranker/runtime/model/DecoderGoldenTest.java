package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every decoder case of the golden file, by the product and by the bare program. */
class DecoderGoldenTest {

    private static final GoldenFile GOLDEN = new GoldenFile();
    private static final List<List<Integer>> BATCHES =
            List.of(
                    List.of(0),
                    List.of(1),
                    List.of(2),
                    List.of(0, 1, 2),
                    List.of(2, 0, 1),
                    List.of(1, 1, 2, 0, 0, 2, 1, 0, 2),
                    List.of(2, 2, 2, 2, 2));

    @TempDir static Path directory;

    private static final Map<Model, DecoderFixture> FLOAT32 = new EnumMap<>(Model.class);
    private static final Map<Model, DecoderFixture> BFLOAT16 = new EnumMap<>(Model.class);

    /** A model of the golden file. The bfloat16 bound is twice the worst deviation measured. */
    private enum Model {
        GEMMA("gemma", "GemmaForCausalLM", FormulaWeights.GEMMA, 2e-5, 0.05),
        MINICPM(
                "layerwise_minicpm",
                "LayerWiseMiniCPMForCausalLM",
                FormulaWeights.MINICPM,
                2e-5,
                0.34),
        // Its query and key weights are large on purpose, so its scores are sensitive.
        GEMMA2("costwise_gemma2", "CostWiseGemmaForCausalLM", FormulaWeights.GEMMA2, 2e-4, 2.3);

        final String arch;
        final String className;
        final FormulaWeights weights;
        final double float32;
        final double bfloat16;

        Model(
                String arch,
                String className,
                FormulaWeights weights,
                double float32,
                double bfloat16) {
            this.arch = arch;
            this.className = className;
            this.weights = weights;
            this.float32 = float32;
            this.bfloat16 = bfloat16;
        }

        JsonNode data() {
            return GOLDEN.theCase(arch);
        }

        int layers() {
            return data().at("/config/num_hidden_layers").asInt();
        }

        List<TokenizedPair> pairs() {
            List<TokenizedPair> pairs = new ArrayList<>();
            for (int i = 0; i < data().path("input_ids").size(); i++) {
                long[] ids =
                        StreamSupport.stream(data().at("/input_ids/" + i).spliterator(), false)
                                .mapToLong(JsonNode::longValue)
                                .toArray();
                int query = data().at("/query_lengths/" + i).asInt(1);
                pairs.add(
                        new TokenizedPair(
                                ids, query, data().path("prompt_length").asInt(0), false));
            }
            return pairs;
        }
    }

    /** A run of the golden file: what was asked of the reference, and what it made of it. */
    private record Run(Model model, JsonNode data) {

        List<Integer> asked() {
            return integers(data.path("cutoff_layers"));
        }

        /** What the reference keeps of the cutoffs asked for, in their order. */
        List<Integer> kept() {
            int first = model.data().at("/config/start_layer").asInt(model.layers());
            return asked().isEmpty()
                    ? List.of(model.layers())
                    : asked().stream().filter(c -> c >= first && c <= model.layers()).toList();
        }

        List<Integer> cutoffs() {
            return List.copyOf(new TreeSet<>(kept()));
        }

        /** The heads that the reference takes, quirks included. */
        List<Integer> heads() {
            int first = model.data().at("/config/start_layer").asInt(model.layers());
            return switch (model) {
                case GEMMA -> List.of(0);
                case MINICPM ->
                        kept().stream().limit(cutoffs().size()).map(c -> c - first).toList();
                case GEMMA2 -> IntStream.range(0, cutoffs().size()).boxed().toList();
            };
        }

        ScoringSettings settings(HeadSelection heads) {
            return new ScoringSettings(
                    asked(),
                    data.path("compress_ratio").asInt(1),
                    integers(data.path("compress_layer")),
                    heads,
                    data.path("attn").asText().equals("eager"));
        }

        double score(String field, int cutoff, int pair) {
            JsonNode scores = data.path(field);
            return (scores.get(0).isArray() ? scores.get(cutoff) : scores).get(pair).asDouble();
        }

        @Override
        public String toString() {
            ObjectNode asked = data.deepCopy();
            asked.remove(
                    List.of(
                            "scores_reference_fp32",
                            "scores_head_by_layer_fp64",
                            "lengths_at_output"));
            return model + " " + asked;
        }
    }

    @BeforeAll
    static void open() {
        for (Model model : Model.values()) {
            FLOAT32.put(model, open(model, ComputeType.FLOAT32));
            BFLOAT16.put(model, open(model, ComputeType.BFLOAT16));
        }
    }

    @AfterAll
    static void close() {
        FLOAT32.values().forEach(DecoderFixture::close);
        BFLOAT16.values().forEach(DecoderFixture::close);
    }

    static Stream<Arguments> runs() {
        return Stream.of(Model.values())
                .flatMap(
                        model ->
                                StreamSupport.stream(model.data().path("runs").spliterator(), false)
                                        .map(run -> Arguments.of(new Run(model, run))));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void programAgreesWithTheReferenceInEveryBatch(Run run) {
        List<TokenizedPair> pairs = run.model().pairs();
        for (List<Integer> batch : BATCHES) {
            float[] scores =
                    FLOAT32.get(run.model())
                            .run(
                                    batch.stream().map(pairs::get).toList(),
                                    run.cutoffs(),
                                    run.heads(),
                                    run.settings(HeadSelection.POSITIONAL));
            assertThat(scores).hasSize(run.cutoffs().size() * batch.size());
            for (int i = 0; i < scores.length; i++) {
                assertThat((double) scores[i])
                        .as("batch %s, score %d", batch, i)
                        .isCloseTo(
                                run.score(
                                        "scores_reference_fp32",
                                        i / batch.size(),
                                        batch.get(i % batch.size())),
                                within(run.model().float32));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void productAgreesOrRefuses(Run run) {
        DecoderFixture model = FLOAT32.get(run.model());
        List<TokenizedPair> pairs = run.model().pairs();
        for (HeadSelection selection : HeadSelection.values()) {
            ScoringSettings settings = run.settings(selection);
            String field =
                    selection == HeadSelection.BY_LAYER && run.model() == Model.GEMMA2
                            ? "scores_head_by_layer_fp64"
                            : "scores_reference_fp32";
            boolean legal =
                    run.asked().isEmpty()
                            || run.asked().equals(run.cutoffs())
                                    && !settings.compressLayers().contains(0);
            assertThat(model.reranker().check(settings).isEmpty()).isEqualTo(legal);
            if (!legal) {
                continue;
            }
            float[][] scores = model.score(pairs, settings);
            for (int pair = 0; pair < pairs.size(); pair++) {
                for (int cutoff = 0; cutoff < run.cutoffs().size(); cutoff++) {
                    assertThat((double) scores[pair][cutoff])
                            .as("%s, pair %d, cutoff %d", selection, pair, cutoff)
                            .isCloseTo(run.score(field, cutoff, pair), within(run.model().float32));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void bfloat16StaysWithinItsRounding(Run run) {
        List<TokenizedPair> pairs = run.model().pairs();
        float[] scores =
                BFLOAT16.get(run.model())
                        .run(
                                pairs,
                                run.cutoffs(),
                                run.heads(),
                                run.settings(HeadSelection.POSITIONAL));
        for (int i = 0; i < scores.length; i++) {
            assertThat((double) scores[i])
                    .isCloseTo(
                            run.score("scores_reference_fp32", i / pairs.size(), i % pairs.size()),
                            within(run.model().bfloat16));
        }
    }

    @Test
    void hasEveryCase() {
        assertThat(runs()).hasSize(1 + 8 + 26);
    }

    private static DecoderFixture open(Model model, ComputeType type) {
        Path folder = directory.resolve(model + "-" + type);
        assertThat(folder.toFile().mkdir()).isTrue();
        ObjectNode config = model.data().path("config").deepCopy();
        config.putArray("architectures").add(model.className);
        config.put("layer_wise", true);
        int yes = model.data().path("yes_id").asInt();
        return DecoderFixture.open(folder, config, Map.of("Yes", yes), model.weights, type);
    }

    private static List<Integer> integers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::intValue).toList();
    }
}
