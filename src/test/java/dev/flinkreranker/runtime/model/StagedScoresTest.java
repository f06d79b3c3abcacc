package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.program.Threads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A call that goes on from kept states gives the bits of one that begins with the tokens. */
class StagedScoresTest {

    private static final Path SMALL_MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final long SEED = 1803;

    @TempDir Path directory;

    @ParameterizedTest
    @MethodSource("dev.flinkreranker.runtime.model.HostTypes#all")
    void anEncoderGoesOn(ComputeType type) {
        try (Reranker reranker = Reranker.open(SMALL_MODEL, type, "cpu")) {
            check(reranker, at(3), at(4), at(5, 6));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.flinkreranker.runtime.model.HostTypes#all")
    void soDoesMiniCpm(ComputeType type) throws IOException {
        ObjectNode config = config(DecoderModels.MINICPM, 6).put("num_key_value_heads", 4);
        try (DecoderFixture model =
                DecoderFixture.open(directory, config, Map.of(), FormulaWeights.MINICPM, type)) {
            check(model.reranker(), at(2, 3), at(5), at(6));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, '1,3', false",
        "FLOAT32, '2', true",
        "BFLOAT16, '3', true",
        "BFLOAT16, '2,4', false",
        "INT8, '1,2,5', true"
    })
    void soDoesGemma2WithItsCompression(ComputeType type, String compressLayers, boolean softcap)
            throws IOException {
        assumeThat(HostTypes.has(type)).isTrue();
        ObjectNode config =
                config(DecoderModels.LIGHTWEIGHT, 6)
                        .put("num_key_value_heads", 2)
                        .put("head_dim", 16)
                        .put("sliding_window", 48);
        List<Integer> layers =
                Arrays.stream(compressLayers.split(",")).map(Integer::valueOf).toList();
        try (DecoderFixture model =
                DecoderFixture.open(directory, config, Map.of(), FormulaWeights.GEMMA2, type)) {
            check(
                    model.reranker(),
                    compressed(3, layers, softcap, 3),
                    compressed(3, layers, softcap, 4, 5),
                    compressed(3, layers, softcap, 6));
        }
    }

    /** Slices of a batch each have states of their own; with one thread there is one slice. */
    @Test
    void nothingIsKeptWhereThereIsNoRoom() throws IOException {
        Threads.use(1, this::checkRoom);
    }

    private void checkRoom() {
        List<TokenizedPair> pairs = pairs(new Random(SEED)).subList(0, 8);
        int rows = pairs.stream().mapToInt(TokenizedPair::length).sum();
        try (Reranker reranker = Reranker.open(SMALL_MODEL, ComputeType.FLOAT32, "cpu")) {
            long bytes = 4L * reranker.rows(rows) * reranker.descriptor().hiddenSize();
            StatesBudget budget = new StatesBudget(2 * bytes - 1);

            StagedScores first = reranker.score(pairs, List.of(), at(4), budget);
            StagedScores second = reranker.score(pairs, List.of(), at(4), budget);
            assertThat(first.states()).hasSize(8);
            assertThat(second.states()).isEmpty();
            assertThat(second.scores()).isDeepEqualTo(first.scores());
            assertThat(budget.bytes()).isEqualTo(bytes);

            first.states().subList(1, 8).forEach(PairStates::close);
            first.states().get(1).close();
            assertThat(budget.bytes()).as("one pair needs them").isEqualTo(bytes);
            first.states().get(0).close();
            assertThat(budget.bytes()).isZero();
            assertThat(reranker.score(pairs, List.of(), at(4), budget).states()).hasSize(8);
        }
    }

    @Test
    void aPairCanGoOnWhereTheLaterSettingsDoTheSameUpToThere() {
        DecoderSettings model =
                new DecoderSettings(
                        DecoderModels.descriptor(
                                DecoderArchitecture.COST_WISE_GEMMA, DecoderModels.LIGHTWEIGHT));
        ScoringSettings earlier = compressed(2, List.of(4, 20), false, 10);

        assertThat(model.sharedLayers(earlier, compressed(2, List.of(4), false, 28))).isEqualTo(9);
        assertThat(model.sharedLayers(earlier, compressed(2, List.of(4, 9), false, 28)))
                .as("merged after the states were kept")
                .isEqualTo(9);
        assertThat(model.sharedLayers(earlier, compressed(4, List.of(4, 20), false, 28))).isZero();
        assertThat(model.sharedLayers(earlier, compressed(2, List.of(4, 8), false, 28))).isZero();
        assertThat(model.sharedLayers(earlier, compressed(1, List.of(), false, 28))).isZero();
        assertThat(model.sharedLayers(earlier, compressed(2, List.of(4), true, 28))).isZero();
        assertThat(model.sharedLayers(earlier, compressed(2, List.of(4), false, 9, 28)))
                .as("scored below")
                .isZero();
        assertThat(model.sharedLayers(earlier, compressed(2, List.of(4), false, 10))).isZero();
        assertThat(model.sharedLayers(at(10), compressed(4, List.of(9), false, 28))).isEqualTo(9);
    }

    /** Random survivors in random batches, through all stages. */
    private static void check(Reranker reranker, ScoringSettings... stages) {
        Random random = new Random(SEED);
        List<TokenizedPair> pairs = pairs(random);
        List<List<float[]>> alone = new ArrayList<>();
        for (ScoringSettings stage : stages) {
            alone.add(pairs.stream().map(pair -> reranker.score(List.of(pair), stage)[0]).toList());
        }
        for (int round = 0; round < 5; round++) {
            StatesBudget budget = new StatesBudget(Long.MAX_VALUE);
            Map<Integer, PairStates> kept = new HashMap<>();
            List<Integer> survivors = IntStream.range(0, pairs.size()).boxed().toList();
            for (int stage = 0; stage < stages.length; stage++) {
                survivors = shuffled(survivors, random);
                Map<Integer, PairStates> next = new HashMap<>();
                for (int first = 0; first < survivors.size(); first += 9) {
                    List<Integer> batch =
                            survivors.subList(first, Math.min(first + 9, survivors.size()));
                    StagedScores scored =
                            reranker.score(
                                    batch.stream().map(pairs::get).toList(),
                                    stage == 0 ? List.of() : batch.stream().map(kept::get).toList(),
                                    stages[stage],
                                    budget);
                    for (int i = 0; i < batch.size(); i++) {
                        assertThat(scored.scores()[i])
                                .as("stage %d, pair %d of %s", stage, batch.get(i), batch)
                                .isEqualTo(alone.get(stage).get(batch.get(i)));
                        next.put(batch.get(i), scored.states().get(i));
                    }
                }
                kept.values().forEach(PairStates::close);
                kept = next;
                survivors = survivors.subList(0, survivors.size() / 2);
            }
            kept.values().forEach(PairStates::close);
            assertThat(budget.bytes()).isZero();
        }
    }

    private static List<Integer> shuffled(List<Integer> values, Random random) {
        List<Integer> shuffled = new ArrayList<>(values);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    /** Of a few requests; some are the query alone. */
    private static List<TokenizedPair> pairs(Random random) {
        List<long[]> queries =
                IntStream.of(1, 8, 21)
                        .mapToObj(length -> random.longs(length, 4, 300).toArray())
                        .toList();
        List<TokenizedPair> pairs = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            long[] query = queries.get(random.nextInt(queries.size()));
            boolean empty = i % 10 == 5;
            long[] ids = Arrays.copyOf(query, query.length + (empty ? 0 : 4 + random.nextInt(90)));
            for (int j = query.length; j < ids.length; j++) {
                ids[j] = 4 + random.nextInt(296);
            }
            pairs.add(new TokenizedPair(ids, query.length, empty ? 0 : 3, false));
        }
        return pairs;
    }

    private static ObjectNode config(String json, int layers) throws IOException {
        return ((ObjectNode) new ObjectMapper().readTree(json))
                .put("hidden_size", 64)
                .put("intermediate_size", 176)
                .put("vocab_size", 300)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", 4)
                .put("start_layer", 2);
    }

    private static ScoringSettings at(Integer... cutoffs) {
        return compressed(1, List.of(), false, cutoffs);
    }

    private static ScoringSettings compressed(
            int ratio, List<Integer> layers, boolean softcap, Integer... cutoffs) {
        return new ScoringSettings(
                List.of(cutoffs), ratio, layers, HeadSelection.BY_LAYER, softcap);
    }
}
