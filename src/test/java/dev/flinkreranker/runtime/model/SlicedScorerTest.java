package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.Threads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A batch of many rows is cut into slices, and nobody can tell from its scores. */
class SlicedScorerTest {

    private static final Path SMALL_MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final ScoringSettings LAYERS_4_AND_6 =
            new ScoringSettings(List.of(4, 6), 1, List.of(), HeadSelection.POSITIONAL, false);

    private final Checkpoint checkpoint = Checkpoint.open(SMALL_MODEL);
    private final ModelDescriptor model = ModelDescriptor.of(checkpoint);

    @ParameterizedTest
    @CsvSource({
        "9, 28, 2, 0",
        "9, 29, 2, 2",
        "1, 300, 2, 0",
        "3, 100, 2, 0",
        "64, 31, 16, 0",
        "64, 40, 16, 16",
        "50, 100, 16, 0",
        "50, 100, 2, 2"
    })
    void slicesAreForRowsEnoughAndAboutEqual(int number, int length, int threads, int slices) {
        List<TokenizedPair> pairs = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            pairs.add(new TokenizedPair(new long[length], 1, 0, false));
        }
        SlicedScorer scorer = new SlicedScorer(new NoScores(0), new NoScores(0), model, threads);
        assertThat(scorer.slices(pairs)).hasSize(slices);
    }

    @Test
    void longAndShortPairsMakeEqualSlices() {
        List<TokenizedPair> pairs = pairs(40, 80);
        SlicedScorer scorer = new SlicedScorer(new NoScores(0), new NoScores(0), model, 4);
        int rows = pairs.stream().mapToInt(TokenizedPair::length).sum();

        assertThat(scorer.slices(pairs))
                .hasSize(4)
                .allSatisfy(
                        of ->
                                assertThat(of.stream().mapToInt(p -> pairs.get(p).length()).sum())
                                        .isBetween(rows / 4 - 20, rows / 4 + 20));
    }

    @Test
    void pairsOfOneRequestStayTogetherWhereTheyShareTheirQuery() {
        List<TokenizedPair> pairs = requests(4, 10, 20, 60);
        SlicedScorer scorer = new SlicedScorer(new NoScores(20), new NoScores(20), model, 2);

        assertThat(scorer.slices(pairs))
                .hasSize(2)
                .allSatisfy(
                        of ->
                                assertThat(of.stream().map(p -> pairs.get(p).ids()[0]).distinct())
                                        .hasSize(2));
        assertThat(scorer.slices(requests(1, 6, 100, 30)))
                .as("most of it would be computed twice")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "5"})
    void slicesHaveTheBitsOfPairsThatAllThreadsShare(int threads) throws IOException {
        List<TokenizedPair> pairs = pairs(24, 80);
        Threads.use(
                threads,
                () -> {
                    for (ComputeType type : HostTypes.all()) {
                        try (Reranker reranker = Reranker.open(SMALL_MODEL, type, "cpu")) {
                            float[][] together = reranker.score(pairs, LAYERS_4_AND_6);
                            for (int i = 0; i < pairs.size(); i++) {
                                assertThat(together[i])
                                        .as("%s, %d tokens", type, pairs.get(i).length())
                                        .isEqualTo(
                                                reranker.score(
                                                                List.of(pairs.get(i)),
                                                                LAYERS_4_AND_6)[0]);
                            }
                        }
                    }
                });
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
    void whatASliceThrowsComesThroughAndTheOthersLeaveNothing() {
        ExecutionPlan plan = ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32);
        StatesBudget budget = new StatesBudget(Long.MAX_VALUE);
        List<TokenizedPair> pairs = pairs(24, 80);
        CountDownLatch failed = new CountDownLatch(1);
        try (MappedWeights weights = new MappedWeights(checkpoint, model.weights(), plan);
                EncoderScorer real = new EncoderScorer((EncoderDescriptor) model, weights, 1)) {
            ProgramScorer slice =
                    new NoScores(0) {
                        @Override
                        public StagedLogits score(
                                List<TokenizedPair> of,
                                List<PairStates> from,
                                ScoringSettings settings,
                                @Nullable StatesBudget states) {
                            if (of.contains(pairs.get(0))) {
                                failed.countDown();
                                throw new DeviceMemoryException("no room", null);
                            }
                            try {
                                failed.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return real.score(of, from, settings, states);
                        }
                    };
            SlicedScorer scorer = new SlicedScorer(new NoScores(0), slice, model, 2);

            assertThatThrownBy(() -> scorer.score(pairs, List.of(), LAYERS_4_AND_6, budget))
                    .isInstanceOf(DeviceMemoryException.class)
                    .hasMessage("no room");
            assertThat(budget.bytes()).isZero();
        }
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

    /** Pairs of several requests, in turn. */
    private static List<TokenizedPair> requests(
            int requests, int passages, int query, int passage) {
        return IntStream.range(0, requests * passages)
                .mapToObj(
                        i -> {
                            long[] ids = new long[query + passage];
                            ids[0] = i % requests;
                            ids[query] = i;
                            return new TokenizedPair(ids, query, 0, false);
                        })
                .toList();
    }

    /** Scores nothing. */
    private static class NoScores implements ProgramScorer {

        private final int sharedTokens;

        NoScores(int sharedTokens) {
            this.sharedTokens = sharedTokens;
        }

        @Override
        public StagedLogits score(
                List<TokenizedPair> pairs,
                List<PairStates> from,
                ScoringSettings settings,
                @Nullable StatesBudget budget) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int sharedTokens(TokenizedPair pair) {
            return sharedTokens;
        }

        @Override
        public int layers(ScoringSettings settings) {
            return 6;
        }

        @Override
        public void close() {}
    }
}
