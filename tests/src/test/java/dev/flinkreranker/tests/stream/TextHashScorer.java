package dev.flinkreranker.tests.stream;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * A model whose tokens are characters and whose score is a hash of both texts, so that a score that
 * reaches the wrong passage is seen. A passage with {@link #POISON} cannot be scored, and the
 * device breaks once when {@link #BREAK_AT} pairs were scored.
 */
public final class TextHashScorer implements PairScorer {

    static final String POISON = "\u2620";

    /** How many pairs are scored until the device breaks; negative for never. */
    static final AtomicInteger BREAK_AT = new AtomicInteger(-1);

    /** Pairs scored since the process started. */
    static final AtomicInteger SCORED = new AtomicInteger();

    public static float scoreOf(String query, String passage) {
        return Arrays.hashCode(ids(query.chars().asLongStream(), passage)) / 1e9f;
    }

    private static long[] ids(LongStream query, String passage) {
        LongStream separated = LongStream.concat(query, LongStream.of(-1));
        return LongStream.concat(separated, passage.chars().asLongStream()).toArray();
    }

    @Override
    public PairTokenizer tokenizer(TokenizationSettings settings) {
        String instruction = settings.queryInstruction() == null ? "" : settings.queryInstruction();
        return new PairTokenizer() {
            @Override
            public TokenizedQuery query(String query) {
                return new TokenizedQuery(
                        (instruction + query).chars().asLongStream().toArray(), false);
            }

            @Override
            public TokenizedPair pair(TokenizedQuery query, String passage) {
                return new TokenizedPair(
                        ids(LongStream.of(query.ids()), passage), query.ids().length + 1, 0, false);
            }
        };
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return settings.cutoffLayers().isEmpty()
                ? List.of()
                : List.of("cutoff_layers: this model has one layer");
    }

    @Override
    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        int scored = SCORED.addAndGet(pairs.size());
        int breakAt = BREAK_AT.get();
        if (breakAt >= 0 && scored >= breakAt && BREAK_AT.compareAndSet(breakAt, -1)) {
            throw new BrokenDeviceException("the device broke, as the test wants", null);
        }
        float[][] scores = new float[pairs.size()][];
        for (int i = 0; i < scores.length; i++) {
            long[] ids = pairs.get(i).ids();
            if (LongStream.of(ids).anyMatch(id -> id == POISON.charAt(0))) {
                throw new ScoringException("a pair is poisoned");
            }
            scores[i] = new float[] {Arrays.hashCode(ids) / 1e9f};
        }
        return scores;
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings) {
        return 2L * pair.length();
    }

    @Override
    public void close() {}
}
