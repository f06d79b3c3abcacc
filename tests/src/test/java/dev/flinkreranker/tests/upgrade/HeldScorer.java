package dev.flinkreranker.tests.upgrade;

import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import dev.flinkreranker.tests.stream.TextHashScorer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/** The hash of both texts, but a pair that holds {@link #HOLD} waits until it is let go. */
final class HeldScorer implements PairScorer {

    static final char HOLD = '\u23f8';

    /** Open: nothing is held. */
    private static volatile CountDownLatch gate = new CountDownLatch(0);

    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private final PairScorer scorer = new TextHashScorer();

    /** From now on such pairs wait. */
    static void hold() {
        HELD.clear();
        gate = new CountDownLatch(1);
    }

    /** Lets all go that wait, and no more will. */
    static void letGo() {
        gate.countDown();
    }

    /** Different passages that wait, or will once the device takes them up. */
    static int held() {
        return HELD.size();
    }

    @Override
    public PairTokenizer tokenizer(TokenizationSettings settings) {
        PairTokenizer tokenizer = scorer.tokenizer(settings);
        return new PairTokenizer() {
            @Override
            public TokenizedQuery query(String query) {
                return tokenizer.query(query);
            }

            @Override
            public TokenizedPair pair(TokenizedQuery query, String passage) {
                if (passage.indexOf(HOLD) >= 0) {
                    HELD.add(passage);
                }
                return tokenizer.pair(query, passage);
            }
        };
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return scorer.check(settings);
    }

    @Override
    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        if (pairs.stream().flatMapToLong(p -> LongStream.of(p.ids())).anyMatch(id -> id == HOLD)) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return scorer.score(pairs, settings);
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings) {
        return scorer.flops(pair, settings);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
