package dev.flinkreranker.workbench.scoring;

import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

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
    record Result(float[] logits, String failure) {}

    /**
     * Scores the pairs. One that cannot be scored does not keep the others from it.
     *
     * @param scored told how many more are done, after each batch
     * @return the results in the order of the pairs
     */
    Result[] score(List<TokenizedPair> pairs, IntConsumer scored) {
        Result[] results = new Result[pairs.size()];
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
            score(pairs, order.subList(from, to), results);
            scored.accept(to - from);
            from = to;
        }
        return results;
    }

    /** Halves a batch that fails until what fails is one pair. */
    private void score(List<TokenizedPair> pairs, List<Integer> batch, Result[] results) {
        float[][] logits;
        try {
            logits = reranker.score(batch.stream().map(pairs::get).toList(), settings);
        } catch (DeviceMemoryException | ScoringException e) {
            if (batch.size() == 1) {
                results[batch.get(0)] = new Result(null, e.getMessage());
            } else {
                int half = batch.size() / 2;
                score(pairs, batch.subList(0, half), results);
                score(pairs, batch.subList(half, batch.size()), results);
            }
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            results[batch.get(i)] = new Result(logits[i], null);
        }
    }
}
