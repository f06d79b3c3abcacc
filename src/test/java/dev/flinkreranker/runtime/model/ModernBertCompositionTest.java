package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.Threads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ModernBERT's score of a pair has the same bits whatever else is in its batch. */
class ModernBertCompositionTest {

    @TempDir Path directory;

    /** Widths of small models, of Ettin's 17m and of ModernBERT-base; both poolings. */
    @ParameterizedTest
    @CsvSource({
        "48, 4, 40, 4, cls, 100, 1, 20260111",
        "48, 4, 40, 4, mean, 100, 1, 20260112",
        "256, 4, 384, 3, cls, 20, 0.1, 20260113",
        "768, 12, 1152, 2, mean, 10, 0.02, 20260114",
    })
    void bitsOfAScoreDoNotDependOnTheBatch(
            int hidden,
            int heads,
            int intermediate,
            int layers,
            String pooling,
            int batchings,
            double share,
            long seed) {
        ModernBertModels.write(
                directory, ModernBertModels.config(hidden, heads, intermediate, layers, pooling));
        check("width " + hidden + ", " + pooling, batchings, share, seed);
    }

    /** With 3 threads and more the pieces of an activation that they share end within vectors. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 7, 16})
    void norWithAnyNumberOfThreads(int threads) throws IOException {
        Threads.use(
                threads,
                () -> {
                    ModernBertModels.write(
                            directory, ModernBertModels.config(384, 6, 520, 2, "mean"));
                    check(threads + " threads", 10, 0.1, 20260115);
                });
    }

    private void check(String what, int batchings, double share, long seed) {
        for (ComputeType type : HostTypes.all()) {
            try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
                RandomBatchings.check(
                        what + ", " + type,
                        pairs(seed),
                        batch -> reranker.score(batch, ScoringSettings.defaults()),
                        batchings,
                        share,
                        seed);
            }
        }
    }

    /** Short pairs first, where kernels change paths; then those longer than a window, or two. */
    private static List<TokenizedPair> pairs(long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, 32)
                .mapToObj(
                        i -> {
                            int most = i % 8 == 0 ? 300 : 50;
                            int length = i < 16 ? 1 + i : 17 + random.nextInt(most - 17);
                            long[] ids = random.longs(length, 2, 120).toArray();
                            return new TokenizedPair(ids, 1, 0, false);
                        })
                .toList();
    }
}
