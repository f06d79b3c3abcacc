package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model whose tokens are characters and whose score is a hash of the token ids, so that a score
 * that reaches the wrong passage is seen. The hooks let a test interfere.
 */
class HashScorer implements PairScorer {

    final AtomicInteger queriesTokenized = new AtomicInteger();
    final AtomicInteger pairsScored = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);

    static float scoreOf(String query, String passage) {
        return scoreOf(pairOf(query, passage));
    }

    static float scoreOf(TokenizedPair pair) {
        return Arrays.hashCode(pair.ids()) / 1e9f;
    }

    static TokenizedPair pairOf(String query, String passage) {
        return pairOf(ids(query), passage);
    }

    private static TokenizedPair pairOf(long[] query, String passage) {
        long[] second = ids(passage);
        long[] ids = Arrays.copyOf(query, query.length + 1 + second.length);
        ids[query.length] = -1;
        System.arraycopy(second, 0, ids, query.length + 1, second.length);
        return new TokenizedPair(ids, query.length + 1, 0, false);
    }

    private static long[] ids(String text) {
        return text.chars().asLongStream().toArray();
    }

    @Override
    public PairTokenizer tokenizer(TokenizationSettings settings) {
        return new PairTokenizer() {
            @Override
            public TokenizedQuery query(String query) {
                queriesTokenized.incrementAndGet();
                return new TokenizedQuery(ids(query), false);
            }

            @Override
            public TokenizedPair pair(TokenizedQuery query, String passage) {
                return pairOf(query.ids(), passage);
            }
        };
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return settings.compressRatio() == 1
                ? List.of()
                : List.of("this model has no token compression; leave compressRatio at 1");
    }

    @Override
    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        pairsScored.addAndGet(pairs.size());
        float[][] scores = new float[pairs.size()][];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = new float[] {scoreOf(pairs.get(i))};
        }
        return scores;
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings) {
        return 2L * pair.length();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
