package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.Threads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A pair's score has the same bits whatever else is in its batch. */
class CompositionIndependenceTest {

    private static final int VOCABULARY = 120;

    /** Token ids that mean a word to the small model. */
    private static final int WORDS = 20_000;

    @TempDir Path directory;

    /** Widths of the golden model, of MiniLM, of jina-reranker-v2 and of bge-reranker-v2-m3. */
    @ParameterizedTest
    @CsvSource({
        "TRANSFORMERS, 48, 4, 96, 3, 150, 1, 20260101",
        "TRANSFORMERS, 384, 12, 1536, 2, 20, 0.1, 20260102",
        "FLASH_ATTENTION, 768, 12, 3072, 1, 20, 0.05, 20260107",
        "TRANSFORMERS, 1024, 16, 4096, 1, 20, 0.02, 20260103",
    })
    void bitsOfAScoreDoNotDependOnTheBatch(
            EncoderNames names,
            int hidden,
            int heads,
            int intermediate,
            int layers,
            int batchings,
            double share,
            long seed) {
        EncoderShape shape =
                new EncoderShape(hidden, heads, intermediate, layers, VOCABULARY, names);
        shape.write(directory, StoredType.F32);
        List<TokenizedPair> pairs = pairs(2, VOCABULARY, hidden < 100 ? 500 : 100, seed);
        for (ComputeType type : HostTypes.all()) {
            try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
                RandomBatchings.check(
                        "width " + hidden + ", " + type,
                        pairs,
                        batch -> reranker.score(batch, ScoringSettings.defaults()),
                        batchings,
                        hidden < 100 || type == ComputeType.FLOAT32 ? share : share / 10,
                        seed);
            }
        }
    }

    /**
     * With 3 threads and more the pieces of an activation that they share end within vectors of
     * 1,040 numbers. Sums of 1,088 are made by oneDNN where it is faster, and shared by 6 threads.
     */
    @ParameterizedTest
    @CsvSource({
        "1, 1040",
        "3, 1040",
        "6, 1040",
        "7, 1040",
        "16, 1040",
        "1, 1088",
        "6, 1088",
        "7, 1088",
        "16, 1088"
    })
    void norWithAnyNumberOfThreads(int threads, int intermediate) throws IOException {
        Threads.use(
                threads,
                () -> {
                    EncoderShape shape = new EncoderShape(384, 12, intermediate, 1, VOCABULARY);
                    shape.write(directory, StoredType.F32);
                    for (ComputeType type : HostTypes.all()) {
                        try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
                            RandomBatchings.check(
                                    threads + " threads, " + intermediate + ", " + type,
                                    pairs(2, VOCABULARY, 100, 20260105),
                                    batch -> reranker.score(batch, ScoringSettings.defaults()),
                                    20,
                                    0.1,
                                    20260105);
                        }
                    }
                });
    }

    @Test
    void nothingOfThatChangesWithRealWeights() {
        try (Reranker reranker =
                Reranker.open(
                        Path.of("../tests/models/scifact-minilm-layerwise"),
                        ComputeType.FLOAT32,
                        "cpu")) {
            RandomBatchings.check(
                    "small model, float32",
                    pairs(1_000, WORDS, 60, 20260104),
                    batch -> reranker.score(batch, ScoringSettings.defaults()),
                    10,
                    1,
                    20260104);
        }
    }

    /** A layer that runs last is computed for the scored tokens alone. */
    @ParameterizedTest
    @MethodSource("dev.flinkreranker.runtime.model.HostTypes#all")
    void norWhetherDeeperLayersRun(ComputeType type) {
        List<TokenizedPair> pairs = pairs(1_000, WORDS, 200, 20260106);
        try (Reranker reranker =
                Reranker.open(Path.of("../tests/models/scifact-minilm-layerwise"), type, "cpu")) {
            List<Integer> cutoffs = reranker.descriptor().cutoffLayers();
            float[][] together = reranker.score(pairs, at(cutoffs));
            for (int c = 0; c < cutoffs.size(); c++) {
                float[][] alone = reranker.score(pairs, at(cutoffs.subList(c, c + 1)));
                for (int p = 0; p < pairs.size(); p++) {
                    assertThat(together[p][c])
                            .as("layer %d, %d tokens", cutoffs.get(c), pairs.get(p).length())
                            .isEqualTo(alone[p][0]);
                }
            }
        }
    }

    private static ScoringSettings at(List<Integer> cutoffs) {
        return new ScoringSettings(cutoffs, 1, List.of(), HeadSelection.POSITIONAL, false);
    }

    /** Short pairs first, where kernels change paths; then any length, the longest rarely. */
    private static List<TokenizedPair> pairs(int first, int end, int longest, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, 40)
                .mapToObj(
                        i -> {
                            int most = i % 8 == 0 ? longest : Math.min(longest, 50);
                            int length = i < 16 ? 1 + i : 17 + random.nextInt(most - 17);
                            long[] ids = random.longs(length, first, end).toArray();
                            return new TokenizedPair(ids, 1 + random.nextInt(length), 0, false);
                        })
                .toList();
    }
}
