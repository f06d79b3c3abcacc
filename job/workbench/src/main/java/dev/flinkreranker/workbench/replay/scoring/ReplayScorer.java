package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.result.InterleavedResult;
import dev.flinkreranker.operators.result.Ranking;
import dev.flinkreranker.operators.result.RankingScores;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.runtime.fault.Bisection;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.scoring.PairBatch.Slot;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Scores blocks of requests under all configurations. Requests that share a tokenization are
 * tokenized once, configurations that differ in the cutoff alone share one pass, and equal pairs of
 * a block are scored once. Tokenization runs side by side; a device takes one call at a time.
 */
final class ReplayScorer implements AutoCloseable {
    private final List<ScoringPass> passes;
    private final List<ReplayConfiguration> configurations;
    private final int batchTokens;
    private final Map<ModelReference, PairScorer> models = new LinkedHashMap<>();
    private final Map<Tokenization, PairTokenizer> tokenizers = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> devices = new HashMap<>();

    private record Tokenization(ModelReference model, TokenizationSettings settings) {}

    /**
     * Opens the models.
     *
     * @throws IllegalArgumentException when a model cannot do what a configuration asks for
     * @throws Exception when a model cannot be opened; the message is one line for a person
     */
    ReplayScorer(List<ReplayConfiguration> configurations, int batchTokens, ModelOpener opener)
            throws Exception {
        this.passes = ScoringPass.of(configurations);
        this.configurations = List.copyOf(configurations);
        this.batchTokens = batchTokens;
        try {
            for (ScoringPass pass : passes) {
                devices.computeIfAbsent(pass.model().device(), device -> new ReentrantLock(true));
                PairScorer model = models.get(pass.model());
                if (model == null) {
                    model = opener.open(pass.model());
                    models.put(pass.model(), model);
                }
                check(configurations, pass, model);
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** The outcomes, [request][configuration]. */
    List<List<Outcome>> score(List<ReplayRequest> block) {
        Outcome[][] outcomes = new Outcome[block.size()][configurations.size()];
        Map<Tokenization, TokenizedPair[][]> tokenized = new HashMap<>();
        for (ScoringPass pass : passes) {
            Tokenization tokenization = new Tokenization(pass.model(), pass.tokenization());
            TokenizedPair[][] pairs =
                    tokenized.computeIfAbsent(
                            tokenization, key -> tokenize(block, key, depth(key)));
            score(pass, block, pairs, outcomes);
        }
        List<List<Outcome>> result = new ArrayList<>(block.size());
        for (Outcome[] ofRequest : outcomes) {
            interleave(ofRequest);
            result.add(List.of(ofRequest));
        }
        return result;
    }

    /** Interleaves results as the stream does. */
    private void interleave(Outcome[] ofRequest) {
        List<String> names = configurations.stream().map(ReplayConfiguration::name).toList();
        for (int i = 0; i < ofRequest.length; i++) {
            ReplayConfiguration own = configurations.get(i);
            if (own.interleaving() != null) {
                int other = names.indexOf(own.otherName());
                ofRequest[i] =
                        ofRequest[i].withResult(
                                InterleavedResult.of(
                                        ofRequest[i].decoded(),
                                        own.settings(),
                                        ofRequest[other].decoded(),
                                        own.interleaving()));
            }
        }
    }

    @Override
    public void close() {
        models.values().forEach(PairScorer::close);
        models.clear();
    }

    private static void check(
            List<ReplayConfiguration> configurations, ScoringPass pass, PairScorer model) {
        for (ScoringPass.Served served : pass.served()) {
            List<String> complaints = model.check(served.alone());
            if (!complaints.isEmpty()) {
                throw new IllegalArgumentException(
                        "configuration "
                                + configurations.get(served.index()).name()
                                + ": "
                                + String.join("; ", complaints));
            }
        }
    }

    /** The most candidates any pass of this tokenization wants. */
    private int depth(Tokenization tokenization) {
        return passes.stream()
                .filter(pass -> pass.model().equals(tokenization.model()))
                .filter(pass -> pass.tokenization().equals(tokenization.settings()))
                .mapToInt(ScoringPass::depth)
                .max()
                .orElseThrow();
    }

    private TokenizedPair[][] tokenize(
            List<ReplayRequest> block, Tokenization tokenization, int depth) {
        PairTokenizer tokenizer =
                tokenizers.computeIfAbsent(
                        tokenization, key -> models.get(key.model()).tokenizer(key.settings()));
        TokenizedPair[][] pairs = new TokenizedPair[block.size()][];
        for (int i = 0; i < pairs.length; i++) {
            ReplayRequest request = block.get(i);
            TokenizedQuery query = tokenizer.query(request.request().query());
            List<Candidate> candidates = request.request().candidates();
            pairs[i] = new TokenizedPair[Math.min(depth, candidates.size())];
            for (int j = 0; j < pairs[i].length; j++) {
                pairs[i][j] = tokenizer.pair(query, candidates.get(j).text());
            }
        }
        return pairs;
    }

    private void score(
            ScoringPass pass,
            List<ReplayRequest> block,
            TokenizedPair[][] pairs,
            Outcome[][] outcomes) {
        PairScorer model = models.get(pass.model());
        PairBatch batch = new PairBatch();
        Slot[][] slots = new Slot[pairs.length][];
        for (int i = 0; i < pairs.length; i++) {
            slots[i] = new Slot[Math.min(pass.depth(), pairs[i].length)];
            for (int j = 0; j < slots[i].length; j++) {
                slots[i][j] = batch.add(pairs[i][j]);
            }
        }
        for (List<Slot> together : batch.batches(batchTokens)) {
            new Run(model, pass.scoring(), devices.get(pass.model().device())).settle(together);
        }
        for (ScoringPass.Served served : pass.served()) {
            for (int i = 0; i < slots.length; i++) {
                outcomes[i][served.index()] = outcome(model, served, block.get(i), slots[i]);
            }
        }
    }

    private Outcome outcome(
            PairScorer model, ScoringPass.Served served, ReplayRequest request, Slot[] slots) {
        RerankSettings settings = configurations.get(served.index()).settings();
        int depth = Math.min(served.depth(), slots.length);
        List<PassageScore> scores = new ArrayList<>(depth);
        long tokens = 0;
        int truncated = 0;
        long flops = 0;
        double nanos = 0;
        for (int i = 0; i < depth; i++) {
            Slot slot = slots[i];
            scores.add(score(slot, served.columns()));
            tokens += slot.pair.length();
            truncated += slot.pair.truncated() ? 1 : 0;
            long alone = model.flops(slot.pair, served.alone());
            flops += alone;
            nanos += slot.flops == 0 ? 0 : slot.nanosPerUse() * alone / slot.flops;
        }
        RerankOutcome.Scored scored =
                new RerankOutcome.Scored(scores, new Usage(depth, tokens, truncated, flops), 0, 0);
        List<Float> ranking = RankingScores.of(request.request(), settings, scores);
        return new Outcome(ranking, tokens, truncated, flops, (long) nanos, null)
                .withResult(
                        Ranking.ranked(
                                request.request(), ResultOrigin.of(settings, 0), scored, ranking));
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
