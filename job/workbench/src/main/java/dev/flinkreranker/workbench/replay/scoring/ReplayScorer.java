package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.Answer;
import dev.flinkreranker.operators.result.RankingScores;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.tenant.ModelDescriptions;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.runtime.fault.Bisection;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.scoring.PairBatch.Slot;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Scores blocks of requests under all configurations. Texts that share a tokenization are tokenized
 * once, demands that differ in the cutoff alone share one pass, and equal pairs of a block are
 * scored once. Tokenization runs side by side; a device takes one call at a time.
 */
final class ReplayScorer implements AutoCloseable {
    private final List<ReplayConfiguration> configurations;
    private final int batchTokens;
    private final OpenModels models;
    private final ModelDescriptions descriptions = new ModelDescriptions();
    private final Map<String, ReentrantLock> devices = new ConcurrentHashMap<>();

    /**
     * Opens the models that configurations name; one that only requests name is opened with the
     * first of them.
     *
     * @throws IllegalArgumentException when a model cannot do what a configuration asks for
     * @throws Exception when a model cannot be opened; the message is one line for a person
     */
    ReplayScorer(List<ReplayConfiguration> configurations, int batchTokens, ModelOpener opener)
            throws Exception {
        this.configurations = List.copyOf(configurations);
        this.batchTokens = batchTokens;
        this.models = new OpenModels(opener);
        try {
            for (ReplayConfiguration configuration : configurations) {
                for (Map.Entry<String, RerankSettings> entry :
                        configuration.settings().entrySet()) {
                    check(entry.getKey(), entry.getValue(), configuration);
                }
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** A pass over the pairs of those requests that it serves. */
    private record Work(Map<Integer, Integer> depths, Map<Integer, Slot[]> slots) {
        Work() {
            this(new LinkedHashMap<>(), new LinkedHashMap<>());
        }
    }

    /**
     * The outcomes, [request][configuration].
     *
     * @throws ReplayFailedException when a model that only requests name cannot be opened
     */
    List<List<Outcome>> score(List<AskedRequest> block) {
        List<Map<Demand, Demand>> passes = new ArrayList<>();
        Map<Demand, Work> work = new LinkedHashMap<>();
        for (int i = 0; i < block.size(); i++) {
            Map<Demand, Integer> depths = depths(block.get(i));
            Map<Demand, Demand> shared =
                    Demand.passes(List.copyOf(depths.keySet()), this::headsByPosition);
            passes.add(shared);
            for (Map.Entry<Demand, Integer> demand : depths.entrySet()) {
                work.computeIfAbsent(shared.get(demand.getKey()), pass -> new Work())
                        .depths()
                        .merge(i, demand.getValue(), Math::max);
            }
        }
        run(block, work);
        List<List<Outcome>> outcomes = new ArrayList<>(block.size());
        for (int i = 0; i < block.size(); i++) {
            List<Outcome> ofRequest = new ArrayList<>(configurations.size());
            for (int c = 0; c < configurations.size(); c++) {
                ofRequest.add(outcome(block.get(i), i, c, passes.get(i), work));
            }
            outcomes.add(ofRequest);
        }
        return outcomes;
    }

    @Override
    public void close() {
        models.close();
    }

    private void check(String path, RerankSettings settings, ReplayConfiguration configuration)
            throws Exception {
        if (settings.passesThrough()) {
            return;
        }
        List<String> complaints =
                models.open(configuration.models().get(settings.model())).check(settings.scoring());
        if (!complaints.isEmpty()) {
            throw new IllegalArgumentException(
                    "configuration " + path + ": " + String.join("; ", complaints));
        }
    }

    /** The demands of a request, and how many of its candidates each is for. */
    private Map<Demand, Integer> depths(AskedRequest asked) {
        int candidates = asked.request().request().candidates().size();
        Map<Demand, Integer> depths = new LinkedHashMap<>();
        for (int c = 0; c < configurations.size(); c++) {
            Resolved resolved = asked.under().get(c);
            add(resolved.origin().settings(), c, candidates, depths);
            if (resolved.interleaving() != null) {
                add(resolved.interleaving().settings(), c, candidates, depths);
            }
        }
        return depths;
    }

    private void add(
            RerankSettings settings, int configuration, int candidates, Map<Demand, Integer> all) {
        Demand demand = demand(settings, configuration);
        if (demand != null) {
            all.merge(demand, settings.scoredOf(candidates), Math::max);
        }
    }

    /** Null where nothing is to be scored. */
    private @Nullable Demand demand(RerankSettings settings, int configuration) {
        return settings.passesThrough()
                ? null
                : new Demand(
                        configurations.get(configuration).models().get(settings.model()),
                        settings.tokenization(),
                        settings.scoring());
    }

    /** Where a model's checkpoint cannot be read, every cutoff goes alone. */
    private boolean headsByPosition(Demand demand) {
        return descriptions
                .find(demand.model())
                .map(model -> model.headsByPosition(demand.scoring()))
                .orElse(true);
    }

    private void run(List<AskedRequest> block, Map<Demand, Work> work) {
        BlockTexts texts = new BlockTexts(block);
        work.forEach(
                (pass, own) ->
                        own.depths()
                                .forEach(
                                        (request, depth) ->
                                                texts.want(pass, models, request, depth)));
        work.forEach(
                (pass, own) -> {
                    PairBatch batch = new PairBatch();
                    own.depths()
                            .forEach(
                                    (request, depth) -> {
                                        Slot[] slots = new Slot[depth];
                                        for (int j = 0; j < depth; j++) {
                                            slots[j] = batch.add(texts.pair(pass, request, j));
                                        }
                                        own.slots().put(request, slots);
                                    });
                    PairScorer model = models.get(pass.model());
                    ReentrantLock device =
                            devices.computeIfAbsent(
                                    pass.model().device(), name -> new ReentrantLock(true));
                    for (List<Slot> together : batch.batches(batchTokens)) {
                        new Run(model, pass.scoring(), device).settle(together);
                    }
                });
    }

    private Outcome outcome(
            AskedRequest asked,
            int index,
            int configuration,
            Map<Demand, Demand> passes,
            Map<Demand, Work> work) {
        RerankRequest request = asked.request().request();
        Resolved resolved = asked.under().get(configuration);
        RerankSettings settings = resolved.origin().settings();
        Scores own = scores(settings, index, configuration, request, passes, work);
        Scores second =
                resolved.interleaving() == null
                        ? null
                        : scores(
                                resolved.interleaving().settings(),
                                index,
                                configuration,
                                request,
                                passes,
                                work);
        String result = null;
        String refusal = null;
        try {
            result =
                    new String(
                            ResultCodec.encode(
                                    Answer.of(
                                            request,
                                            resolved.origin(),
                                            own == null ? null : own.outcome(),
                                            resolved.interleaving(),
                                            second == null ? null : second.outcome())),
                            StandardCharsets.UTF_8);
        } catch (RejectedEventException e) {
            refusal = e.getMessage();
        }
        if (own == null) {
            return new Outcome(List.of(), 0, 0, List.of(), 0, result, refusal);
        }
        Usage usage = own.outcome().usage();
        return new Outcome(
                RankingScores.of(request, settings, own.outcome().scores()),
                usage.tokens(),
                usage.truncated(),
                own.pairFlops(),
                own.deviceNanos(),
                result,
                refusal);
    }

    /**
     * Scores of one request under some settings.
     *
     * @param outcome as the stream's engine gives it
     * @param pairFlops operations of each pair alone
     * @param deviceNanos the request's share of its batches' time
     */
    private record Scores(RerankOutcome.Scored outcome, List<Long> pairFlops, long deviceNanos) {}

    /** Null where nothing is scored. */
    private @Nullable Scores scores(
            RerankSettings settings,
            int index,
            int configuration,
            RerankRequest request,
            Map<Demand, Demand> passes,
            Map<Demand, Work> work) {
        Demand demand = demand(settings, configuration);
        if (demand == null) {
            return null;
        }
        Demand pass = passes.get(demand);
        Slot[] slots = work.get(pass).slots().get(index);
        PairScorer model = models.get(demand.model());
        List<Integer> columns = demand.columnsIn(pass);
        int depth = settings.scoredOf(request.candidates().size());
        List<PassageScore> scores = new ArrayList<>(depth);
        long tokens = 0;
        int truncated = 0;
        List<Long> pairFlops = new ArrayList<>(depth);
        long flops = 0;
        double nanos = 0;
        for (int i = 0; i < depth; i++) {
            Slot slot = slots[i];
            scores.add(score(slot, columns));
            tokens += slot.pair.length();
            truncated += slot.pair.truncated() ? 1 : 0;
            long alone = model.flops(slot.pair, demand.scoring());
            pairFlops.add(alone);
            flops += alone;
            nanos += slot.flops == 0 ? 0 : slot.nanosPerUse() * alone / slot.flops;
        }
        return new Scores(
                new RerankOutcome.Scored(
                        scores,
                        model.declaredScore(),
                        new Usage(depth, tokens, truncated, flops),
                        0,
                        0),
                pairFlops,
                (long) nanos);
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
