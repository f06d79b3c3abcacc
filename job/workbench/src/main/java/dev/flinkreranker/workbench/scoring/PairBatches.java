package dev.flinkreranker.workbench.scoring;

import dev.flinkreranker.runtime.fault.Bisection;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Scores a window of pairs in batches of about the same number of tokens, longest pairs first. */
final class PairBatches {

    private final Reranker reranker;
    private final ScoringSettings settings;
    private final int batchTokens;

    PairBatches(Reranker reranker, ScoringSettings settings, int batchTokens) {
        this.reranker = reranker;
        this.settings = settings;
        this.batchTokens = batchTokens;
    }

    /** What became of a pair: its logits or why it has none. */
    record Result(float @Nullable [] logits, @Nullable String failure) {}

    /**
     * Scores the pairs. One that cannot be scored does not keep the others from it.
     *
     * @param scored told how many more are done, after each batch
     * @return the results in the order of the pairs
     */
    Result[] score(List<TokenizedPair> pairs, IntConsumer scored) {
        Window window = new Window(pairs);
        List<Integer> order =
                IntStream.range(0, pairs.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> -pairs.get(i).length()))
                        .toList();
        int from = 0;
        while (from < order.size()) {
            int to = from + 1;
            long tokens = pairs.get(order.get(from)).length();
            while (to < order.size() && tokens + pairs.get(order.get(to)).length() <= batchTokens) {
                tokens += pairs.get(order.get(to)).length();
                to++;
            }
            window.settle(order.subList(from, to));
            scored.accept(to - from);
            from = to;
        }
        return window.results;
    }

    /** The pairs of a window by index. */
    private final class Window extends Bisection<Integer> {

        private final List<TokenizedPair> pairs;
        private final Result[] results;

        Window(List<TokenizedPair> pairs) {
            super(false);
            this.pairs = pairs;
            this.results = new Result[pairs.size()];
        }

        @Override
        protected void score(List<Integer> batch) {
            float[][] logits = reranker.score(batch.stream().map(pairs::get).toList(), settings);
            for (int i = 0; i < batch.size(); i++) {
                results[batch.get(i)] = new Result(logits[i], null);
            }
        }

        @Override
        protected void unscorable(Integer pair, RuntimeException cause) {
            results[pair] = new Result(null, cause.getMessage());
        }
    }
}
