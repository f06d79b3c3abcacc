package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.util.List;

/** A model on a {@link SimulatedDevice}: eight characters make a token, and time passes. */
record SimulatedScorer(SimulatedDevice device) implements PairScorer {

    private static final int CHARACTERS_PER_TOKEN = 8;

    /** Of a pair whose passage has so many characters. */
    static int tokens(int characters) {
        return 1 + characters / CHARACTERS_PER_TOKEN;
    }

    @Override
    public PairTokenizer tokenizer(TokenizationSettings settings) {
        return new PairTokenizer() {
            @Override
            public TokenizedQuery query(String query) {
                return new TokenizedQuery(new long[1], false);
            }

            @Override
            public TokenizedPair pair(TokenizedQuery query, String passage) {
                return new TokenizedPair(new long[tokens(passage.length())], 1, 0, false);
            }
        };
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return List.of();
    }

    @Override
    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        List<Float> scores = device.score(0, pairs.stream().map(TokenizedPair::length).toList());
        float[][] logits = new float[scores.size()][];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = new float[] {scores.get(i)};
        }
        return logits;
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings) {
        return pair.length();
    }

    @Override
    public void close() {}
}
