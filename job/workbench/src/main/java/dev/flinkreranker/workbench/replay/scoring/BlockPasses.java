package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.runtime.fault.Bisection;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.workbench.replay.scoring.PairBatch.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The forward passes over the pairs of a block. A pair goes through as few as give every score that
 * is asked for at once, and through none for scores that an earlier one has given.
 */
final class BlockPasses {
    private final OpenModels models;
    private final Predicate<Demand> headsByPosition;
    private final Function<String, ReentrantLock> devices;
    private final int batchTokens;
    private final BlockTexts texts;

    /** By request, pass and document. */
    private final Map<Integer, Map<Demand, Map<Integer, Slot>>> scored = new HashMap<>();

    /**
     * @param headsByPosition as in {@link Demand#passes}
     * @param devices a device's lock by its name: it takes one call at a time
     */
    BlockPasses(
            List<AskedRequest> block,
            OpenModels models,
            Predicate<Demand> headsByPosition,
            Function<String, ReentrantLock> devices,
            int batchTokens) {
        this.models = models;
        this.headsByPosition = headsByPosition;
        this.devices = devices;
        this.batchTokens = batchTokens;
        this.texts = new BlockTexts(block);
    }

    /**
     * Scores what has no score yet.
     *
     * @param wanted documents by request and demand, as places from 0
     * @throws ReplayFailedException when a model that only requests name cannot be opened
     */
    void score(Map<Integer, Map<Demand, SortedSet<Integer>>> wanted) {
        Map<Demand, Map<Integer, SortedSet<Integer>>> work = new LinkedHashMap<>();
        wanted.forEach(
                (request, demands) -> {
                    Map<Demand, SortedSet<Integer>> open = new LinkedHashMap<>();
                    demands.forEach(
                            (demand, documents) -> {
                                SortedSet<Integer> missing = new TreeSet<>(documents);
                                serving(request, demand)
                                        .forEach(pass -> missing.removeAll(pass.slots().keySet()));
                                if (!missing.isEmpty()) {
                                    open.put(demand, missing);
                                }
                            });
                    Map<Demand, Demand> passes =
                            Demand.passes(List.copyOf(open.keySet()), headsByPosition);
                    open.forEach(
                            (demand, documents) ->
                                    work.computeIfAbsent(
                                                    passes.get(demand), p -> new LinkedHashMap<>())
                                            .computeIfAbsent(request, r -> new TreeSet<>())
                                            .addAll(documents));
                });
        work.forEach(this::run);
    }

    /**
     * Scores of documents of one request.
     *
     * @param outcome as the stream's engine gives it; the device's time is the documents' share of
     *     their batches'
     * @param pairFlops operations of each pair, from its tokens on or from the states of the stage
     *     before
     * @param sharedFlops those of them before the deepest layer, which a deeper stage goes on from
     */
    record Scores(RerankOutcome.Scored outcome, List<Long> pairFlops, List<Long> sharedFlops) {}

    /**
     * The scores of documents, all of which have been {@link #score}d.
     *
     * @param earlier settings of the stage before, if it ran the same model on the same tokens
     * @param documents places from 0, ascending
     */
    Scores scores(
            int request,
            Demand demand,
            @Nullable ScoringSettings earlier,
            List<Integer> documents) {
        PairScorer model = models.get(demand.model());
        ScoringSettings scoring = demand.scoring();
        int done = earlier == null ? 0 : model.sharedLayers(earlier, scoring);
        int below = Math.max(0, model.layers(scoring) - 1);
        List<Served> serving = serving(request, demand);
        List<PassageScore> scores = new ArrayList<>(documents.size());
        long tokens = 0;
        int truncated = 0;
        List<Long> pairFlops = new ArrayList<>(documents.size());
        List<Long> sharedFlops = new ArrayList<>(documents.size());
        double nanos = 0;
        for (int document : documents) {
            Served pass =
                    serving.stream()
                            .filter(served -> served.slots().containsKey(document))
                            .findFirst()
                            .orElseThrow();
            Slot slot = pass.slots().get(document);
            scores.add(score(slot, pass.columns()));
            tokens += slot.pair.length();
            truncated += slot.pair.truncated() ? 1 : 0;
            long taken = model.flops(slot.pair, scoring, done);
            pairFlops.add(taken);
            sharedFlops.add(taken - model.flops(slot.pair, scoring, below));
            nanos += slot.flops == 0 ? 0 : slot.nanosPerUse() * taken / slot.flops;
        }
        long flops = pairFlops.stream().mapToLong(Long::longValue).sum();
        return new Scores(
                new RerankOutcome.Scored(
                        scores,
                        model.declaredScore(),
                        model.format(),
                        new Usage(documents.size(), tokens, truncated, flops),
                        (long) nanos,
                        0),
                pairFlops,
                sharedFlops);
    }

    /**
     * A pass over documents of a request that has a demand's scores.
     *
     * @param columns where they stand among its logits
     */
    private record Served(Map<Integer, Slot> slots, List<Integer> columns) {}

    private List<Served> serving(int request, Demand demand) {
        return scored.getOrDefault(request, Map.of()).entrySet().stream()
                .filter(pass -> demand.isServedBy(pass.getKey(), headsByPosition))
                .map(pass -> new Served(pass.getValue(), demand.columnsIn(pass.getKey())))
                .toList();
    }

    private void run(Demand pass, Map<Integer, SortedSet<Integer>> requests) {
        PairBatch batch = new PairBatch();
        requests.forEach(
                (request, documents) -> {
                    Map<Integer, Slot> slots =
                            scored.computeIfAbsent(request, r -> new LinkedHashMap<>())
                                    .computeIfAbsent(pass, p -> new HashMap<>());
                    for (int document : documents) {
                        slots.put(document, batch.add(texts.pair(pass, models, request, document)));
                    }
                });
        PairScorer model = models.get(pass.model());
        ReentrantLock device = devices.apply(pass.model().device());
        for (List<Slot> together : batch.batches(batchTokens)) {
            new Run(model, pass.scoring(), device).settle(together);
        }
    }

    private static PassageScore score(Slot slot, List<Integer> columns) {
        if (slot.logits == null) {
            return new PassageScore.Unscorable(slot.failure);
        }
        List<Float> logits = new ArrayList<>(columns.size());
        columns.forEach(column -> logits.add(slot.logits[column]));
        return new PassageScore.Logits(logits);
    }

    /** Batches of one pass on one device. */
    private static final class Run extends Bisection<Slot> {

        private final PairScorer model;
        private final ScoringSettings settings;
        private final ReentrantLock device;

        Run(PairScorer model, ScoringSettings settings, ReentrantLock device) {
            super(false);
            this.model = model;
            this.settings = settings;
            this.device = device;
        }

        @Override
        protected void score(List<Slot> batch) {
            List<TokenizedPair> pairs = batch.stream().map(slot -> slot.pair).toList();
            float[][] logits;
            long nanos;
            device.lock();
            try {
                long start = System.nanoTime();
                logits = model.score(pairs, settings);
                nanos = System.nanoTime() - start;
            } finally {
                device.unlock();
            }
            long flops = 0;
            for (Slot slot : batch) {
                slot.flops = model.flops(slot.pair, settings);
                flops += slot.flops;
            }
            for (int i = 0; i < batch.size(); i++) {
                Slot slot = batch.get(i);
                slot.logits = logits[i];
                slot.deviceNanos = flops == 0 ? 0 : (long) ((double) nanos * slot.flops / flops);
            }
        }

        @Override
        protected void unscorable(Slot slot, RuntimeException cause) {
            slot.failure = cause.getMessage();
        }
    }
}
