package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.runtime.batching.BatchCost;
import dev.flinkreranker.runtime.engine.EngineCounts;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the process's engine reports, all gauges. Scope: {@code <operator
 * scope>.rerank.engine.<name>}. All parallel instances of a process share the engine and report the
 * same figures: take the maximum over them, not the sum. Unless it says otherwise, a figure counts
 * since the engine started.
 */
@Internal
public final class EngineMetrics {

    /** Models that are being loaded, or brought deeper layers of, now. */
    public static final String LOADING_MODELS = "loadingModels";

    /** Loads that succeeded. */
    public static final String MODEL_LOADS = "modelLoads";

    /** Loads that failed. */
    public static final String MODEL_LOAD_FAILURES = "modelLoadFailures";

    /** Milliseconds that loads took, also those that failed. */
    public static final String MODEL_LOAD_MS = "modelLoadMs";

    /** Pairs that wait for a device, now. */
    public static final String QUEUED_PAIRS = "queuedPairs";

    /** Tokens that wait for a device, now. */
    public static final String QUEUED_TOKENS = "queuedTokens";

    /** Requests not started yet, now. */
    public static final String WAITING_REQUESTS = "waitingRequests";

    /** Pairs of started requests, now. */
    public static final String IN_FLIGHT_PAIRS = "inFlightPairs";

    /** Tokens of started requests, now. */
    public static final String IN_FLIGHT_TOKENS = "inFlightTokens";

    /** Bytes of text of started requests, now. */
    public static final String IN_FLIGHT_BYTES = "inFlightBytes";

    /** Requests that ended timed out. */
    public static final String TIMED_OUT_REQUESTS = "timedOutRequests";

    /** Requests that were refused for their tenant's limit. */
    public static final String THROTTLED_REQUESTS = "throttledRequests";

    /** Requests that could not be scored, for a reason of their own or of their model. */
    public static final String FAILED_REQUESTS = "failedRequests";

    /** Requests that a lost device ended; they are done again after the restart. */
    public static final String BROKEN_REQUESTS = "brokenRequests";

    /** Requests that were under way when their task ended; likewise. */
    public static final String CANCELLED_REQUESTS = "cancelledRequests";

    /** Batches that ran. */
    public static final String BATCHES = "batches";

    /** Pairs of those batches. */
    public static final String PAIRS = "pairs";

    /** Tokens of those batches. */
    public static final String TOKENS = "tokens";

    /** Tokens of those batches that were computed once for several pairs, and not again. */
    public static final String SHARED_TOKENS = "sharedTokens";

    /** Rows computed for the other tokens. */
    public static final String PADDED_TOKENS = "paddedTokens";

    /** Share of computed rows that are padding, 0 to below 1. */
    public static final String PADDING_RATIO = "paddingRatio";

    /** Mean pairs of a batch. */
    public static final String PAIRS_PER_BATCH = "pairsPerBatch";

    /** Milliseconds that devices were busy. */
    public static final String DEVICE_MS = "deviceMs";

    /** Milliseconds that pairs waited for a device, summed over pairs. */
    public static final String QUEUE_WAIT_MS = "queueWaitMs";

    /** Milliseconds spent on tokenization, summed over threads. */
    public static final String TOKENIZATION_MS = "tokenizationMs";

    /** Pairs not scored because they expired or were cancelled. */
    public static final String DROPPED_PAIRS = "droppedPairs";

    /** Pairs that could not be scored even alone. */
    public static final String UNSCORABLE_PAIRS = "unscorablePairs";

    /** Batches halved because they did not fit into the device's memory. */
    public static final String MEMORY_SPLITS = "memorySplits";

    /** Batches run once more after a fault. */
    public static final String FAULT_RETRIES = "faultRetries";

    /** Batches split to find the pair to blame. */
    public static final String FAULT_SPLITS = "faultSplits";

    /** Pairs whose score came from the cache. */
    public static final String CACHE_HITS = "cacheHits";

    /** Pairs looked up in the cache in vain. */
    public static final String CACHE_MISSES = "cacheMisses";

    /** Share of looked-up pairs whose score came from the cache, 0 to 1. */
    public static final String CACHE_HIT_RATIO = "cacheHitRatio";

    /** Bytes of states that stages of cascades have left to deeper ones, now. */
    public static final String STATE_BYTES = "stateBytes";

    /** Pairs that went on from such states. */
    public static final String RESUMED_PAIRS = "resumedPairs";

    /** Pairs that could have, but whose states were not there. */
    public static final String RECOMPUTED_PAIRS = "recomputedPairs";

    /**
     * The cost model of the profile that ran last: microseconds of a batch of any size. A batch
     * takes {@code costPerBatchUs + costPerTokenUs * rows + costPerSquareUs * sum(length^2)}, rows
     * being tokens and what fills them up.
     */
    public static final String COST_PER_BATCH_US = "costPerBatchUs";

    /** Microseconds more for each row. */
    public static final String COST_PER_TOKEN_US = "costPerTokenUs";

    /** Microseconds more for each squared token of a pair's length. */
    public static final String COST_PER_SQUARE_US = "costPerSquareUs";

    private static final BatchCost UNKNOWN = new BatchCost(0, 0, 0, 0);

    private final MetricGroup group;
    private final RerankEngine engine;

    private EngineMetrics(MetricGroup group, RerankEngine engine) {
        this.group = group;
        this.engine = engine;
    }

    /**
     * Reports the engine's figures.
     *
     * @param group the engine's group
     */
    public static void register(MetricGroup group, RerankEngine engine) {
        EngineMetrics metrics = new EngineMetrics(group, engine);
        metrics.models();
        metrics.now();
        metrics.work();
        metrics.faults();
        metrics.cache();
        metrics.states();
        metrics.cost();
    }

    private void models() {
        count(LOADING_MODELS, counts -> counts.models().loading());
        count(MODEL_LOADS, counts -> counts.models().loads());
        count(MODEL_LOAD_FAILURES, counts -> counts.models().failures());
        count(MODEL_LOAD_MS, counts -> counts.models().nanos() / 1_000_000);
    }

    private void now() {
        count(QUEUED_PAIRS, counts -> counts.load().queuedPairs());
        count(QUEUED_TOKENS, counts -> counts.load().queuedTokens());
        count(WAITING_REQUESTS, counts -> counts.load().waitingRequests());
        count(IN_FLIGHT_PAIRS, counts -> counts.load().inFlightPairs());
        count(IN_FLIGHT_TOKENS, counts -> counts.load().inFlightTokens());
        count(IN_FLIGHT_BYTES, counts -> counts.load().inFlightBytes());
    }

    private void work() {
        count(BATCHES, counts -> counts.batches().count());
        count(PAIRS, counts -> counts.batches().pairs());
        count(TOKENS, counts -> counts.batches().tokens());
        count(SHARED_TOKENS, counts -> counts.batches().sharedTokens());
        count(PADDED_TOKENS, counts -> counts.batches().paddedTokens());
        number(PADDING_RATIO, counts -> counts.batches().paddingRatio());
        number(PAIRS_PER_BATCH, counts -> pairsPerBatch(counts.batches()));
        count(DEVICE_MS, counts -> counts.batches().deviceNanos() / 1_000_000);
        count(QUEUE_WAIT_MS, counts -> counts.batches().queueWaitNanos() / 1_000_000);
        count(TOKENIZATION_MS, counts -> counts.requests().tokenizationNanos() / 1_000_000);
    }

    private void faults() {
        count(TIMED_OUT_REQUESTS, counts -> counts.requests().timedOut());
        count(THROTTLED_REQUESTS, counts -> counts.requests().throttled());
        count(FAILED_REQUESTS, counts -> counts.requests().failed());
        count(BROKEN_REQUESTS, counts -> counts.requests().broken());
        count(CANCELLED_REQUESTS, counts -> counts.requests().cancelled());
        count(DROPPED_PAIRS, counts -> counts.faults().droppedPairs());
        count(UNSCORABLE_PAIRS, counts -> counts.faults().unscorablePairs());
        count(MEMORY_SPLITS, counts -> counts.faults().memorySplits());
        count(FAULT_RETRIES, counts -> counts.faults().retries());
        count(FAULT_SPLITS, counts -> counts.faults().splits());
    }

    private void cache() {
        count(CACHE_HITS, counts -> counts.cache().hits());
        count(CACHE_MISSES, counts -> counts.cache().misses());
        number(CACHE_HIT_RATIO, counts -> counts.cache().hitRatio());
    }

    private void states() {
        count(STATE_BYTES, counts -> counts.states().bytes());
        count(RESUMED_PAIRS, counts -> counts.states().resumed());
        count(RECOMPUTED_PAIRS, counts -> counts.states().recomputed());
    }

    private void cost() {
        number(COST_PER_BATCH_US, counts -> cost(counts).perBatch() * 1e6);
        number(COST_PER_TOKEN_US, counts -> cost(counts).perToken() * 1e6);
        number(COST_PER_SQUARE_US, counts -> cost(counts).perSquare() * 1e6);
    }

    private static double pairsPerBatch(EngineCounts.Batches batches) {
        return batches.pairs() / (double) Math.max(1, batches.count());
    }

    private static BatchCost cost(EngineCounts counts) {
        return counts.latestCost() == null ? UNKNOWN : counts.latestCost();
    }

    private void count(String name, ToLongFunction<EngineCounts> of) {
        gauge(name, of::applyAsLong);
    }

    private void number(String name, ToDoubleFunction<EngineCounts> of) {
        gauge(name, of::applyAsDouble);
    }

    private <T> void gauge(String name, Function<EngineCounts, T> of) {
        group.<T, Gauge<T>>gauge(name, () -> of.apply(engine.counts()));
    }
}
