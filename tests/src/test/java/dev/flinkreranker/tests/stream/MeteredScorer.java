package dev.flinkreranker.tests.stream;

import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The hash of both texts, on a device that scores a batch for each permit. */
final class MeteredScorer implements PairScorer {

    /** Batches that may still run. */
    static final Semaphore BATCHES = new Semaphore(0);

    private final PairScorer scorer = new TextHashScorer();

    @Override
    public PairTokenizer tokenizer(TokenizationSettings settings) {
        return scorer.tokenizer(settings);
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return scorer.check(settings);
    }

    @Override
    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        BATCHES.acquireUninterruptibly();
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
