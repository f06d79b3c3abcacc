package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A pair's score has the same bits whatever else is in its batch. {@code -Dcomposition.batchings=N}
 * tries more batches than the default 200 (a tenth of that at the large widths).
 */
class CompositionIndependenceTest {

    private static final int BATCHINGS = Integer.getInteger("composition.batchings", 200);
    private static final int VOCABULARY = 120;

    @TempDir Path directory;

    /** Widths of the golden model, of MiniLM and of bge-reranker-v2-m3. */
    @ParameterizedTest
    @CsvSource({
        "48, 4, 96, 3, 20260101",
        "384, 12, 1536, 2, 20260102",
        "1024, 16, 4096, 1, 20260103",
    })
    void bitsOfAScoreDoNotDependOnTheBatch(
            int hidden, int heads, int intermediate, int layers, long seed) {
        EncoderShape shape = new EncoderShape(hidden, heads, intermediate, layers, VOCABULARY);
        shape.write(directory, StoredType.F32);
        Random random = new Random(seed);
        int longest = hidden > 1000 ? 40 : hidden > 100 ? 100 : 500;
        int batchings = hidden > 100 ? Math.max(1, BATCHINGS / 10) : BATCHINGS;
        List<TokenizedPair> pairs =
                IntStream.range(0, 40).mapToObj(i -> pair(random, i, longest)).toList();
        ScoringSettings settings = ScoringSettings.defaults();
        for (ComputeType type : List.of(ComputeType.FLOAT32, ComputeType.BFLOAT16)) {
            try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
                List<Float> alone = new ArrayList<>();
                for (TokenizedPair pair : pairs) {
                    alone.add(reranker.score(List.of(pair), settings)[0][0]);
                }
                for (int i = 0; i < batchings; i++) {
                    List<Integer> batch =
                            random.ints(1 + random.nextInt(i % 4 == 0 ? 24 : 6), 0, pairs.size())
                                    .boxed()
                                    .toList();
                    float[][] scores =
                            reranker.score(batch.stream().map(pairs::get).toList(), settings);
                    for (int p = 0; p < batch.size(); p++) {
                        assertThat(scores[p][0])
                                .as(
                                        "%s, seed %d, batching %d, pairs %s, pair %d",
                                        type, seed, i, batch, p)
                                .isEqualTo(alone.get(batch.get(p)));
                    }
                }
            }
        }
    }

    /** Short pairs first, where kernels change paths; then any length. */
    private static TokenizedPair pair(Random random, int index, int longest) {
        int length = index < 16 ? 1 + index : 17 + random.nextInt(longest - 17);
        long[] ids = random.longs(length, 2, VOCABULARY).toArray();
        return new TokenizedPair(ids, 1 + random.nextInt(length), 0, false);
    }
}
