package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.program.Threads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A batch of many rows is cut into slices, and nobody can tell from its scores. */
class SlicedScorerTest {

    private static final Path SMALL_MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final ScoringSettings LAYERS_4_AND_6 =
            new ScoringSettings(List.of(4, 6), 1, List.of(), HeadSelection.POSITIONAL, false);

    private final ModelDescriptor model = ModelDescriptor.of(Checkpoint.open(SMALL_MODEL));

    @ParameterizedTest
    @CsvSource({
        "255, 9, 2, 1",
        "256, 9, 2, 2",
        "256, 1, 2, 1",
        "8192, 50, 2, 2",
        "256, 9, 4, 1",
        "384, 9, 4, 3",
        "8192, 2, 4, 1",
        "8192, 50, 16, 16",
        "8192, 50, 1, 1"
    })
    void aSliceHasRowsEnoughAndMostThreadsHaveASlice(
            long rows, long pairs, int threads, int slices) {
        assertThat(SlicedScorer.slices(model, rows, pairs, threads)).isEqualTo(slices);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void slicesGiveTheBitsOfTheWhole(int threads) throws IOException {
        List<TokenizedPair> pairs = pairs(24, 80);
        List<float[][]> scores = new ArrayList<>();
        for (int number : List.of(1, threads)) {
            Threads.use(
                    number,
                    () -> {
                        try (Reranker reranker =
                                Reranker.open(SMALL_MODEL, ComputeType.FLOAT32, "cpu")) {
                            scores.add(reranker.score(pairs, LAYERS_4_AND_6));
                        }
                    });
        }
        assertThat(scores.get(1)).isDeepEqualTo(scores.get(0));
    }

    @Test
    void statesAreKeptOfAllSlicesOrOfNone() throws IOException {
        List<TokenizedPair> pairs = pairs(24, 80);
        int rows = pairs.stream().mapToInt(TokenizedPair::length).sum();
        Threads.use(
                2,
                () -> {
                    try (Reranker reranker =
                            Reranker.open(SMALL_MODEL, ComputeType.FLOAT32, "cpu")) {
                        long bytes = 4L * rows * reranker.descriptor().hiddenSize();
                        StatesBudget budget = new StatesBudget(2 * bytes);

                        List<PairStates> states =
                                reranker.score(pairs, List.of(), LAYERS_4_AND_6, budget).states();
                        assertThat(states).hasSize(24);
                        assertThat(budget.bytes()).isGreaterThanOrEqualTo(bytes);
                        states.forEach(PairStates::close);
                        assertThat(budget.bytes()).isZero();

                        StatesBudget half = new StatesBudget(bytes * 3 / 4);
                        assertThat(reranker.score(pairs, List.of(), LAYERS_4_AND_6, half).states())
                                .isEmpty();
                        assertThat(half.bytes()).isZero();
                    }
                });
    }

    @Test
    void slicesAreAboutEqualAndKeepEqualQueriesTogether() {
        Recorder slice = new Recorder();
        List<TokenizedPair> pairs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            // Four requests whose pairs come in turn.
            long[] ids = new long[i == 0 ? 300 : 80];
            ids[0] = i % 4;
            pairs.add(new TokenizedPair(ids, 1, 0, false));
        }
        new SlicedScorer(new Recorder(), slice, model, 2).score(pairs, LAYERS_4_AND_6);

        assertThat(slice.batches).hasSize(2);
        assertThat(slice.batches)
                .allSatisfy(
                        batch ->
                                assertThat(
                                                batch.stream()
                                                        .mapToLong(
                                                                p -> model.flops(p, LAYERS_4_AND_6))
                                                        .sum())
                                        .isBetween(
                                                flops(pairs) / 2 - flops(pairs) / 30,
                                                flops(pairs) / 2 + flops(pairs) / 30));
        assertThat(slice.batches)
                .allSatisfy(
                        batch ->
                                assertThat(batch.stream().map(p -> p.ids()[0]).distinct())
                                        .hasSizeLessThanOrEqualTo(3));
    }

    @Test
    void aLongPairKeepsTheBatchWhole() {
        Recorder whole = new Recorder();
        List<TokenizedPair> pairs =
                List.of(
                        new TokenizedPair(new long[400], 1, 0, false),
                        new TokenizedPair(new long[60], 1, 0, false));
        new SlicedScorer(whole, new Recorder(), model, 2).score(pairs, LAYERS_4_AND_6);

        assertThat(whole.batches).containsExactly(pairs);
    }

    @Test
    void whatASliceThrowsComesThroughAfterTheOthersHaveEnded() {
        Recorder slice =
                new Recorder() {
                    @Override
                    public float[] score(List<TokenizedPair> pairs, ScoringSettings settings) {
                        if (pairs.stream().anyMatch(pair -> pair.ids()[0] == 13)) {
                            throw new DeviceMemoryException("no room", null);
                        }
                        return super.score(pairs, settings);
                    }
                };
        List<TokenizedPair> pairs = new ArrayList<>(pairs(24, 80));
        pairs.add(new TokenizedPair(new long[] {13, 13}, 1, 0, false));

        assertThatThrownBy(
                        () ->
                                new SlicedScorer(new Recorder(), slice, model, 2)
                                        .score(pairs, LAYERS_4_AND_6))
                .isInstanceOf(DeviceMemoryException.class)
                .hasMessage("no room");
        assertThat(slice.batches).hasSize(1);
    }

    private long flops(List<TokenizedPair> pairs) {
        return pairs.stream().mapToLong(pair -> model.flops(pair, LAYERS_4_AND_6)).sum();
    }

    private static List<TokenizedPair> pairs(int number, int longest) {
        Random random = new Random(1130);
        return IntStream.range(0, number)
                .mapToObj(
                        i -> {
                            long[] ids = random.longs(longest - i, 1_000, 20_000).toArray();
                            return new TokenizedPair(ids, 1 + random.nextInt(20), 0, false);
                        })
                .toList();
    }

    /** Scores nothing, and knows what it was asked for. */
    private static class Recorder implements ProgramScorer {

        private final Set<List<TokenizedPair>> batches = ConcurrentHashMap.newKeySet();

        @Override
        public float[] score(List<TokenizedPair> pairs, ScoringSettings settings) {
            batches.add(pairs);
            return new float[2 * pairs.size()];
        }

        @Override
        public int layers(ScoringSettings settings) {
            return 6;
        }

        @Override
        public void close() {}
    }
}
