package dev.flinkreranker.workbench.scoring;

import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * Scores a stream of pairs window by window: a window's pairs are sorted by length into batches,
 * and its scores come out in the order of the input. Memory is bounded by the window.
 */
final class PairScoring {

    private static final int WINDOW_PAIRS = 4096;
    private static final long WINDOW_CHARACTERS = 16 << 20;

    private final PairTokenizer tokenizer;
    private final PairBatches batches;
    private final ScoreLineWriter lines;

    /**
     * @param settings settings that the model has nothing against
     * @param batchTokens most tokens of a batch; a longer pair is a batch of its own
     * @param normalize whether scores are passed through a sigmoid
     * @throws IllegalArgumentException if the model cannot do the tokenization settings
     */
    PairScoring(
            Reranker reranker,
            TokenizationSettings tokenization,
            ScoringSettings settings,
            int batchTokens,
            boolean normalize) {
        this.tokenizer = reranker.tokenizer(tokenization);
        this.batches = new PairBatches(reranker, settings, batchTokens);
        this.lines = new ScoreLineWriter(settings.cutoffLayers(), normalize);
    }

    /**
     * What was done.
     *
     * @param pairs number of pairs
     * @param tokens tokens of all pairs, special tokens included
     * @param truncated pairs that were cut to a limit
     */
    record Totals(long pairs, long tokens, long truncated) {

        Totals plus(List<TokenizedPair> more) {
            return new Totals(
                    pairs + more.size(),
                    tokens + more.stream().mapToLong(TokenizedPair::length).sum(),
                    truncated + more.stream().filter(TokenizedPair::truncated).count());
        }
    }

    /**
     * Scores every pair of the input.
     *
     * @param scored told the number of pairs done so far, now and then
     * @throws BadPairException at the first line that is no pair or cannot be scored; the scores of
     *     all lines before it are written
     * @throws IOException if the input cannot be read or the output takes no more
     */
    Totals run(PairLineReader input, PrintWriter output, LongConsumer scored)
            throws IOException {
        Totals totals = new Totals(0, 0, 0);
        List<PairLine> window = new ArrayList<>();
        BadPairException bad = null;
        boolean more = true;
        while (more) {
            window.clear();
            try {
                more = fill(window, input);
            } catch (BadPairException e) {
                bad = e;
                more = false;
            }
            Totals before = totals;
            List<TokenizedPair> pairs = tokenize(window);
            long[] done = {before.pairs()};
            PairBatches.Result[] results =
                    batches.score(pairs, count -> scored.accept(done[0] += count));
            write(window, results, input.name(), output);
            totals = before.plus(pairs);
        }
        if (bad != null) {
            throw bad;
        }
        return totals;
    }

    /** Whether there may be more after this window. */
    private static boolean fill(List<PairLine> window, PairLineReader input) throws IOException {
        long characters = 0;
        while (window.size() < WINDOW_PAIRS && characters < WINDOW_CHARACTERS) {
            Optional<PairLine> pair = input.next();
            if (pair.isEmpty()) {
                return false;
            }
            window.add(pair.get());
            characters += pair.get().query().length() + pair.get().passage().length();
        }
        return true;
    }

    private List<TokenizedPair> tokenize(List<PairLine> window) {
        Map<String, TokenizedQuery> queries = new ConcurrentHashMap<>();
        return window.parallelStream()
                .map(
                        pair ->
                                tokenizer.pair(
                                        queries.computeIfAbsent(pair.query(), tokenizer::query),
                                        pair.passage()))
                .toList();
    }

    private void write(
            List<PairLine> window, PairBatches.Result[] results, String input, PrintWriter output)
            throws IOException {
        try {
            for (int i = 0; i < results.length; i++) {
                long line = window.get(i).number();
                if (results[i].failure() != null) {
                    throw new BadPairException(input, line, results[i].failure());
                }
                for (float logit : results[i].logits()) {
                    if (!Float.isFinite(logit)) {
                        throw new BadPairException(input, line, "the score is infinite");
                    }
                }
                output.println(lines.line(results[i].logits()));
            }
        } finally {
            output.flush();
        }
        if (output.checkError()) {
            throw new IOException("the output takes no more lines");
        }
    }
}
