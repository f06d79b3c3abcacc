package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.PairGroup;
import dev.flinkreranker.runtime.batching.PairListener;
import dev.flinkreranker.runtime.batching.QueuedPair;
import dev.flinkreranker.runtime.batching.Ticket;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.model.StatesBudget;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import dev.flinkreranker.runtime.trace.EngineTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request on its way: tokenized once, then waiting for the scores of its pairs. */
final class RunningRequest implements PairListener<PairOutput> {

    /** What a request has waited whose pairs no device has seen. */
    private static final long NEVER = Long.MAX_VALUE;

    private final RerankTask task;
    private final long arrival;
    private final long deadline;
    private final EngineTrace trace;
    private final CompletableFuture<RerankOutcome> future = new CompletableFuture<>();
    private final @Nullable ScoreCache cache;
    private final @Nullable PairKey[] keys;
    private final @Nullable PassageScore[] scores;
    private final StatesBudget budget;
    private final AtomicInteger open;
    private final AtomicLong deviceNanos = new AtomicLong();
    private final AtomicLong waitNanos = new AtomicLong(NEVER);

    private long tokens;
    private long flops;
    private int truncated;
    private @Nullable StagedPairs staged;
    private volatile @Nullable LoadedModel scoredBy;
    private Runnable onSettled = () -> {};

    /**
     * @param arrival when it came, nanoseconds of the engine's clock
     * @param deadline likewise, when it ends
     * @param cache where its scores may come from and go to, if anywhere
     * @param budget where its states may be kept
     * @param trace its spans
     */
    RunningRequest(
            RerankTask task,
            long arrival,
            long deadline,
            @Nullable ScoreCache cache,
            StatesBudget budget,
            EngineTrace trace) {
        this.task = task;
        this.arrival = arrival;
        this.deadline = deadline;
        this.cache = cache;
        this.budget = budget;
        this.trace = trace;
        this.keys = new PairKey[cache == null ? 0 : task.passages().size()];
        this.scores = new PassageScore[task.passages().size()];
        this.open = new AtomicInteger(scores.length);
    }

    RerankTask task() {
        return task;
    }

    CompletableFuture<RerankOutcome> future() {
        return future;
    }

    long arrival() {
        return arrival;
    }

    long deadline() {
        return deadline;
    }

    EngineTrace trace() {
        return trace;
    }

    int pairs() {
        return scores.length;
    }

    /**
     * Its place in an admission queue.
     *
     * @param admitted handed back when it may start
     * @param cost what one of its tokens costs, in tokens of the device's usual work
     */
    <T> Ticket<T> ticket(T admitted, double cost) {
        return new Ticket<>(
                admitted,
                task.tenant(),
                task.admission().weight(),
                task.admission().maxInFlightPairs(),
                deadline,
                pairs(),
                task.bytes(),
                cost,
                task.goesOn());
    }

    /** Sets what is run once, when none of its pairs is on its way any more. */
    void whenSettled(Runnable action) {
        onSettled = action;
    }

    void end(RerankOutcome outcome) {
        future.complete(outcome);
    }

    /**
     * Turns the text into pairs, handing them on in chunks so that the device need not wait for the
     * last passage.
     *
     * @param chunkTokens pairs are handed on when they have that many tokens
     * @return the tokens of all pairs
     */
    long tokenize(
            LoadedModel model,
            int chunkTokens,
            Consumer<List<QueuedPair<PairInput, PairOutput>>> next) {
        ModelProfile profile;
        PairTokenizer tokenizer;
        TokenizedQuery query;
        try {
            scoredBy = model;
            profile = model.profile(task.scoring());
            tokenizer = model.tokenizer(task.tokenization());
            query = tokenizer.query(task.query());
            staged = new StagedPairs(task, model, profile, budget);
        } catch (RuntimeException e) {
            onSettled.run();
            end(new RerankOutcome.Failed(reason(e)));
            return 0;
        }
        Map<ModelProfile, PairGroup<PairInput, PairOutput>> groups = new IdentityHashMap<>();
        List<QueuedPair<PairInput, PairOutput>> chunk = new ArrayList<>();
        long chunkSize = 0;
        for (int i = 0; i < scores.length; i++) {
            if (!isWanted()) {
                next.accept(chunk);
                settled(scores.length - i);
                return tokens;
            }
            TokenizedPair pair;
            try {
                pair = tokenizer.pair(query, task.passages().get(i));
            } catch (RuntimeException e) {
                unscorable(i, reason(e));
                continue;
            }
            tokens += pair.length();
            flops += staged.flops(pair);
            truncated += pair.truncated() ? 1 : 0;
            if (isCached(profile, pair, i)) {
                continue;
            }
            PairInput input = staged.input(i, pair);
            chunk.add(
                    new QueuedPair<>(
                            groups.computeIfAbsent(staged.profile(input), this::group),
                            i,
                            input,
                            pair.length()));
            chunkSize += pair.length();
            if (chunkSize >= chunkTokens) {
                next.accept(chunk);
                chunk = new ArrayList<>();
                chunkSize = 0;
            }
        }
        long all = tokens;
        if (!chunk.isEmpty()) {
            next.accept(chunk);
        }
        return all;
    }

    private PairGroup<PairInput, PairOutput> group(ModelProfile profile) {
        return new PairGroup<>(
                task.tenant(),
                task.admission().weight(),
                deadline,
                profile,
                this,
                task.goesOn() ? task.since() : Long.MAX_VALUE);
    }

    /** Frees what a task before it has left and it has not taken. */
    void forgetLeft() {
        if (task.from() != null) {
            task.from().close();
        }
    }

    /** What {@link #tokenize} found of earlier stages; null where it failed. */
    @Nullable StagedPairs staged() {
        return staged;
    }

    @Override
    public boolean isWanted() {
        return !future.isDone();
    }

    @Override
    public void ran(int index, long start, long nanos) {
        waitNanos.accumulateAndGet(start - arrival, Math::min);
        deviceNanos.addAndGet(nanos);
    }

    @Override
    public void scored(int index, PairOutput output) {
        staged.leave(index, output);
        scored(index, output.logits());
    }

    private void scored(int index, float[] logits) {
        List<Float> values = new ArrayList<>(logits.length);
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                unscorable(
                        index, "the model gave no finite number for this passage (" + logit + ")");
                return;
            }
            values.add(logit);
        }
        if (cache != null && keys[index] != null) {
            cache.put(keys[index], logits);
        }
        scores[index] = new PassageScore.Logits(values);
        ended(index);
    }

    private boolean isCached(ModelProfile profile, TokenizedPair pair, int index) {
        if (cache == null || !scoredBy.sameBitsInAnyBatch()) {
            return false;
        }
        keys[index] = new PairKey(profile, pair);
        float @Nullable [] known = cache.get(keys[index]);
        if (known != null) {
            scored(index, known);
        }
        return known != null;
    }

    @Override
    public void unscorable(int index, String reason) {
        scores[index] = new PassageScore.Unscorable(reason);
        ended(index);
    }

    @Override
    public void dropped(int index) {
        // Either the deadline passed, or the future is complete already and this does nothing.
        end(new RerankOutcome.TimedOut());
        ended(index);
    }

    @Override
    public void abandoned(int index, RuntimeException cause) {
        if (cause instanceof BrokenDeviceException) {
            future.completeExceptionally(cause);
        } else {
            end(new RerankOutcome.Failed(reason(cause)));
        }
        ended(index);
    }

    private void ended(int index) {
        staged.ended(index);
        settled(1);
    }

    private void settled(int count) {
        if (open.addAndGet(-count) == 0) {
            onSettled.run();
            if (!future.isDone()) {
                Usage usage = new Usage(scores.length, tokens, truncated, flops);
                long waited = waitNanos.get();
                end(
                        new RerankOutcome.Scored(
                                Arrays.asList(scores),
                                scoredBy.declaredScore(),
                                scoredBy.format(),
                                usage,
                                deviceNanos.get(),
                                waited == NEVER ? 0 : waited));
            }
        }
    }

    static String reason(Throwable e) {
        return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    }
}
