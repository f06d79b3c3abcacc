package dev.flinkreranker.workbench.bench.subject;

import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The model alone: what a loop around it costs, without queue, engine, Flink or Kafka. */
public record BareLoop(Reranker reranker, PairTokenizer tokenizer) {

    private static final int BATCH_TOKENS = 8192;

    public static BareLoop of(Reranker reranker, int maxLength) {
        return new BareLoop(reranker, reranker.tokenizer(tokenization(maxLength)));
    }

    /** The job's defaults with that limit. */
    public static TokenizationSettings tokenization(int maxLength) {
        return TokenizationSettings.defaults().withMaxLength(maxLength);
    }

    public List<TokenizedPair> tokenize(TextRequest request) {
        TokenizedQuery query = tokenizer.query(request.query());
        return request.passages().stream().map(text -> tokenizer.pair(query, text)).toList();
    }

    /** Seconds to score the pairs in ideal batches: sorted by length, each as full as it gets. */
    public double seconds(List<TokenizedPair> pairs) {
        long start = System.nanoTime();
        List<TokenizedPair> sorted =
                pairs.stream().sorted(Comparator.comparingInt(TokenizedPair::length)).toList();
        List<TokenizedPair> batch = new ArrayList<>();
        int tokens = 0;
        for (TokenizedPair pair : sorted) {
            if (tokens + pair.length() > BATCH_TOKENS) {
                score(batch);
                batch.clear();
                tokens = 0;
            }
            batch.add(pair);
            tokens += pair.length();
        }
        score(batch);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Seconds to tokenize a request and score it in one call. */
    public double seconds(TextRequest request) {
        long start = System.nanoTime();
        score(tokenize(request));
        return (System.nanoTime() - start) / 1e9;
    }

    private void score(List<TokenizedPair> batch) {
        reranker.score(batch, ScoringSettings.defaults());
    }
}
