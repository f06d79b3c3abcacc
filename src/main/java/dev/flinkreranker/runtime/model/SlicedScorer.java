package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MatrixLayout;
import dev.flinkreranker.runtime.program.SoloThreads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a batch of many rows into slices, one for each thread of the CPU, which they score side by
 * side, each alone. Threads that share an operation wait for each other when it ends, and one of
 * them does what lies between operations; those with slices of their own wait once, when the batch
 * ends. A pair's score has the same bits in any batch, so in a slice, too.
 */
final class SlicedScorer implements ProgramScorer {

    /** Rows that a slice has on average, at least. */
    private static final int LEAST_ROWS = 128;

    /**
     * The same of a decoder: each product of a slice packs its matrix again, and they are large.
     */
    private static final int LEAST_ROWS_OF_DECODER = 256;

    /**
     * Rows of the largest slice, in shares of the batch. With a larger one, or where a query would
     * be computed in too many slices, threads that share the batch may be faster.
     */
    private static final double LARGEST = 1.2;

    private final ProgramScorer whole;
    private final ProgramScorer slice;
    private final ModelDescriptor model;
    private final int threads;

    /**
     * @param whole scores with all threads in each operation
     * @param slice scores with one thread
     * @param model of both
     * @param threads of {@code whole}, at least 2
     */
    SlicedScorer(ProgramScorer whole, ProgramScorer slice, ModelDescriptor model, int threads) {
        this.whole = whole;
        this.slice = slice;
        this.model = model;
        this.threads = threads;
    }

    /**
     * Whether programs of a plan have the same bits with one thread as with several. Those of a GPU
     * have not; nor has the fused attention of bfloat16 with tiles, which packed matrices stand
     * for: how it multiplies depends on the number of threads.
     */
    static boolean suits(ExecutionPlan plan) {
        boolean tiles = plan.type() == StoredType.BF16 && plan.matrices() == MatrixLayout.BLOCKS;
        return !plan.attention().isPacked() && !tiles;
    }

    /** Bytes of the largest batch that a CPU's threads score, whole or in slices. */
    static long bytes(ModelDescriptor model, ExecutionPlan plan, long rows, long longest) {
        BatchMemory call = model.batchMemory(plan);
        int threads = plan.threads();
        if (threads < 2 || !suits(plan) || rows < leastRows(model, threads)) {
            return call.bytes(rows, Math.min(rows, longest));
        }
        long slice = (long) Math.ceil(LARGEST * rows / threads);
        return threads * call.bytes(slice, Math.min(slice, longest));
    }

    @Override
    public StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        // Without a fused kernel, a product of logits is shared by threads in another way.
        List<List<Integer>> slices = settings.attentionSoftcap() ? List.of() : slices(pairs);
        if (slices.isEmpty()) {
            return whole.score(pairs, from, settings, budget);
        }
        List<Supplier<StagedLogits>> calls = new ArrayList<>(threads);
        for (List<Integer> of : slices) {
            calls.add(() -> slice.score(at(of, pairs), at(of, from), settings, budget));
        }
        return merged(slices, pairs.size(), outcomes(SoloThreads.run(calls)));
    }

    /** The pairs of each slice; none if the batch is better whole. */
    List<List<Integer>> slices(List<TokenizedPair> pairs) {
        SharedQueries queries = queries(pairs);
        int rows = rows(pairs, queries);
        if (rows < leastRows(model, threads) || pairs.size() < threads) {
            return List.of();
        }
        List<List<Integer>> slices =
                queries.left() > 0 ? byQuery(pairs, queries, rows) : spread(pairs);
        double most = LARGEST * rows / threads;
        boolean good = slices.stream().map(of -> at(of, pairs)).allMatch(of -> fits(of, most));
        return good ? slices : List.of();
    }

    private boolean fits(List<TokenizedPair> slice, double most) {
        return !slice.isEmpty() && rows(slice, queries(slice)) <= most;
    }

    /** Longest pairs first, each to the slice that is the shortest by then. */
    private List<List<Integer>> spread(List<TokenizedPair> pairs) {
        List<List<Integer>> slices = empty();
        int[] rows = new int[threads];
        IntStream.range(0, pairs.size())
                .boxed()
                .sorted(Comparator.comparingInt(pair -> -pairs.get(pair).length()))
                .forEach(
                        pair -> {
                            int shortest =
                                    IntStream.range(0, threads)
                                            .boxed()
                                            .min(Comparator.comparingInt(slice -> rows[slice]))
                                            .orElseThrow();
                            slices.get(shortest).add(pair);
                            rows[shortest] += pairs.get(pair).length();
                        });
        return slices;
    }

    /** Pairs with equal queries together, so that most slices compute a query once. */
    private List<List<Integer>> byQuery(List<TokenizedPair> pairs, SharedQueries queries, int all) {
        double share = (double) all / threads;
        List<List<Integer>> slices = empty();
        int before = 0;
        for (int i = 0; i < pairs.size(); i++) {
            int pair = queries.order().get(i);
            int own = pairs.get(pair).length() - queries.shared().get(i);
            // A pair goes where the middle of its rows lies.
            slices.get((int) ((before + own / 2.) / share)).add(pair);
            before += own;
        }
        return slices;
    }

    private List<List<Integer>> empty() {
        return Stream.<List<Integer>>generate(ArrayList::new).limit(threads).toList();
    }

    /** What one call computes once for several of these pairs. */
    private SharedQueries queries(List<TokenizedPair> pairs) {
        return pairs.stream().anyMatch(pair -> whole.sharedTokens(pair) > 0)
                ? SharedQueries.of(pairs)
                : SharedQueries.none(pairs.size());
    }

    /** Rows that one call computes for these pairs. */
    private static int rows(List<TokenizedPair> pairs, SharedQueries queries) {
        return pairs.stream().mapToInt(TokenizedPair::length).sum() - queries.left();
    }

    private static long leastRows(ModelDescriptor model, int threads) {
        return (long) threads
                * (model instanceof DecoderDescriptor ? LEAST_ROWS_OF_DECODER : LEAST_ROWS);
    }

    private static <T> List<T> at(List<Integer> indices, List<T> all) {
        return all.isEmpty() ? all : indices.stream().map(all::get).toList();
    }

    /** What all slices made, or what one of them threw. */
    private static List<StagedLogits> outcomes(List<CompletableFuture<StagedLogits>> ended) {
        try {
            return ended.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            ended.stream()
                    .filter(outcome -> !outcome.isCompletedExceptionally())
                    .forEach(outcome -> outcome.join().states().forEach(PairStates::close));
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    /** Scores and states as the pairs stand in the batch; states of all pairs or of none. */
    private static StagedLogits merged(
            List<List<Integer>> slices, int pairs, List<StagedLogits> outcomes) {
        int cutoffs = outcomes.get(0).logits().length / slices.get(0).size();
        float[] logits = new float[cutoffs * pairs];
        PairStates[] states = new PairStates[pairs];
        boolean kept = outcomes.stream().noneMatch(outcome -> outcome.states().isEmpty());
        for (int s = 0; s < slices.size(); s++) {
            List<Integer> of = slices.get(s);
            StagedLogits outcome = outcomes.get(s);
            for (int i = 0; i < of.size(); i++) {
                for (int c = 0; c < cutoffs; c++) {
                    logits[c * pairs + of.get(i)] = outcome.logits()[c * of.size() + i];
                }
                states[of.get(i)] = kept ? outcome.states().get(i) : null;
            }
        }
        if (!kept) {
            outcomes.forEach(outcome -> outcome.states().forEach(PairStates::close));
        }
        return new StagedLogits(logits, kept ? List.of(states) : List.of());
    }

    @Override
    public int sharedTokens(TokenizedPair pair) {
        return whole.sharedTokens(pair);
    }

    @Override
    public int layers(ScoringSettings settings) {
        return whole.layers(settings);
    }

    @Override
    public void close() {
        whole.close();
        slice.close();
    }
}
