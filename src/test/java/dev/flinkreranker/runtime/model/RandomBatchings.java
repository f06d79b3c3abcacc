package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Scores the same pairs in many random batches: each score must have the bits it has alone. */
final class RandomBatchings {

    /** {@code -Dcomposition.batchings=N}: batchings instead of those that a build runs. */
    private static final int WANTED = Integer.getInteger("composition.batchings", 0);

    private RandomBatchings() {}

    /**
     * @param batchings how many a build runs
     * @param share of the batchings that are asked for by property, 0 to 1: less for models on
     *     which they would take hours
     */
    static void check(
            String what,
            List<TokenizedPair> pairs,
            Function<List<TokenizedPair>, float[][]> model,
            int batchings,
            double share,
            long seed) {
        int count = WANTED == 0 ? batchings : (int) Math.ceil(WANTED * share);
        Random random = new Random(seed);
        List<float[]> alone = new ArrayList<>();
        for (TokenizedPair pair : pairs) {
            alone.add(model.apply(List.of(pair))[0]);
        }
        int compared = 0;
        for (int i = 0; i < count; i++) {
            // The first is so large that many threads have slices of it.
            List<Integer> batch =
                    i == 0
                            ? IntStream.range(0, 3 * pairs.size())
                                    .mapToObj(p -> p % pairs.size())
                                    .toList()
                            : random.ints(1 + random.nextInt(i % 4 == 0 ? 24 : 6), 0, pairs.size())
                                    .boxed()
                                    .toList();
            float[][] scores = model.apply(batch.stream().map(pairs::get).toList());
            for (int p = 0; p < batch.size(); p++) {
                float[] expected = alone.get(batch.get(p));
                if (!Arrays.equals(scores[p], expected)) {
                    fail(
                            "%s, seed %d, batching %d of pairs %s: pair %d got %s, alone %s",
                            what,
                            seed,
                            i,
                            batch,
                            p,
                            Arrays.toString(scores[p]),
                            Arrays.toString(expected));
                }
                compared++;
            }
        }
        assertThat(compared).as("scores compared: " + what).isGreaterThanOrEqualTo(count);
    }
}
