package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.SoloThreads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a batch of many rows into slices that threads of the CPU score side by side, each alone.
 * Threads that share an operation wait for each other when it ends, and one of them does what lies
 * between operations; those with slices of their own wait once, when the batch ends. A pair's score
 * has the same bits in any batch, so in a slice, too.
 */
final class SlicedScorer implements ProgramScorer {

    /** Rows of the smallest slice. */
    private static final int LEAST_ROWS = 128;

    /**
     * The same of a decoder: each product of a slice packs its matrix again, and they are large.
     */
    private static final int LEAST_ROWS_OF_DECODER = 256;

    /** Cost of the largest slice, in equal shares: with a larger one the whole batch is faster. */
    private static final double LARGEST = 1.5;

    private final ProgramScorer whole;
    private final ProgramScorer slice;
    private final ModelDescriptor model;
    private final int threads;

    /**
     * @param whole scores with all threads in each operation
     * @param slice scores with one thread
     * @param model of both
     * @param threads of {@code whole}
     */
    SlicedScorer(ProgramScorer whole, ProgramScorer slice, ModelDescriptor model, int threads) {
        this.whole = whole;
        this.slice = slice;
        this.model = model;
        this.threads = threads;
    }

    /**
     * How many slices a batch has at most; 1 where half of the threads or more would have none.
     *
     * @param model of the batch
     * @param rows of the batch
     * @param pairs of the batch
     * @param threads of the CPU
     */
    static int slices(ModelDescriptor model, long rows, long pairs, int threads) {
        boolean decoder = model instanceof DecoderDescriptor;
        long least = decoder ? LEAST_ROWS_OF_DECODER : LEAST_ROWS;
        int slices = (int) Math.min(threads, Math.min(pairs, rows / least));
        return 2 * slices > threads ? slices : 1;
    }

    @Override
    public float[] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        return score(pairs, List.of(), settings, null).logits();
    }

    @Override
    public StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        int slices = slices(model, rows(pairs), pairs.size(), threads);
        List<List<Integer>> cut =
                slices < 2 ? List.of() : cut(pairs, costs(pairs, from, settings), slices);
        if (cut.isEmpty()) {
            return whole.score(pairs, from, settings, budget);
        }
        List<Supplier<StagedLogits>> calls = new ArrayList<>(cut.size());
        for (List<Integer> of : cut) {
            calls.add(() -> slice.score(at(of, pairs), at(of, from), settings, budget));
        }
        return merged(cut, pairs.size(), outcomes(SoloThreads.run(calls)));
    }

    /**
     * The slices, about equal; none if a long pair would make one too large. Pairs with equal
     * queries stay together, so that most slices compute a query once.
     *
     * @param costs of each pair
     */
    private static List<List<Integer>> cut(List<TokenizedPair> pairs, double[] costs, int slices) {
        double share = Arrays.stream(costs).sum() / slices;
        double[] filled = new double[slices];
        List<List<Integer>> cut = new ArrayList<>();
        double before = 0;
        for (int pair : SharedQueries.of(pairs).order()) {
            // A pair goes where its middle lies.
            int slice = (int) ((before + costs[pair] / 2) / share);
            while (cut.size() <= slice) {
                cut.add(new ArrayList<>());
            }
            cut.get(slice).add(pair);
            filled[slice] += costs[pair];
            before += costs[pair];
        }
        cut.removeIf(List::isEmpty);
        boolean even = Arrays.stream(filled).allMatch(cost -> cost <= LARGEST * share);
        return even ? cut : List.of();
    }

    /** Floating point operations of each pair. */
    private double[] costs(
            List<TokenizedPair> pairs, List<PairStates> from, ScoringSettings settings) {
        int done = from.isEmpty() ? 0 : from.get(0).layers();
        return pairs.stream().mapToDouble(pair -> model.flops(pair, settings, done)).toArray();
    }

    private static int rows(List<TokenizedPair> pairs) {
        return pairs.stream().mapToInt(TokenizedPair::length).sum();
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

    private static StagedLogits merged(
            List<List<Integer>> cut, int pairs, List<StagedLogits> outcomes) {
        float[] logits = new float[pairs * (outcomes.get(0).logits().length / cut.get(0).size())];
        PairStates[] states = new PairStates[pairs];
        boolean kept = true;
        for (int s = 0; s < cut.size(); s++) {
            List<Integer> of = cut.get(s);
            float[] own = outcomes.get(s).logits();
            for (int i = 0; i < own.length; i++) {
                logits[i / of.size() * pairs + of.get(i % of.size())] = own[i];
            }
            kept &= !outcomes.get(s).states().isEmpty();
        }
        if (!kept) {
            outcomes.forEach(outcome -> outcome.states().forEach(PairStates::close));
            return new StagedLogits(logits, List.of());
        }
        for (int s = 0; s < cut.size(); s++) {
            for (int i = 0; i < cut.get(s).size(); i++) {
                states[cut.get(s).get(i)] = outcomes.get(s).states().get(i);
            }
        }
        return new StagedLogits(logits, List.of(states));
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
