package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.BatchCost;
import org.jspecify.annotations.Nullable;

/**
 * What an engine did since it started, and what it holds now.
 *
 * @param models what became of loading models
 * @param requests requests that ended
 * @param batches batches that ran
 * @param faults what went wrong with pairs and batches
 * @param load what is under way now
 * @param cache what the score cache was asked
 * @param states what stages have left to deeper ones
 * @param latestCost the cost of batches of the profile that ran last; null before the first batch
 */
public record EngineCounts(
        Models models,
        Requests requests,
        Batches batches,
        Faults faults,
        Load load,
        Cache cache,
        States states,
        @Nullable BatchCost latestCost) {

    /**
     * What became of loading models. Bringing deeper layers of a loaded model counts as loading it.
     *
     * @param loading models that are being loaded now
     * @param loads loads that succeeded
     * @param failures loads that failed
     * @param nanos time that loads took, also those that failed
     */
    public record Models(long loading, long loads, long failures, long nanos) {}

    /**
     * Requests that ended.
     *
     * @param scored those that ended scored
     * @param timedOut those that ended timed out
     * @param throttled those that were refused for their tenant's limit
     * @param failed those that ended failed
     * @param broken those that a lost device ended
     * @param cancelled those that nobody wanted any more: their handle was closed, or their future
     *     cancelled
     * @param tokenizationNanos time spent on tokenization, summed over threads
     */
    public record Requests(
            long scored,
            long timedOut,
            long throttled,
            long failed,
            long broken,
            long cancelled,
            long tokenizationNanos) {}

    /**
     * Batches that ran.
     *
     * @param count their number
     * @param pairs their pairs
     * @param tokens their tokens
     * @param sharedTokens those of them that were computed once for several pairs, and not again
     * @param paddedTokens rows computed for the others
     * @param deviceNanos time devices were busy
     * @param queueWaitNanos time pairs waited for a device, summed over pairs
     */
    public record Batches(
            long count,
            long pairs,
            long tokens,
            long sharedTokens,
            long paddedTokens,
            long deviceNanos,
            long queueWaitNanos) {

        /** Share of computed rows that are padding, 0 to below 1. */
        public double paddingRatio() {
            return paddedTokens == 0 ? 0 : 1 - (tokens - sharedTokens) / (double) paddedTokens;
        }
    }

    /**
     * What went wrong with pairs and batches.
     *
     * @param droppedPairs pairs not scored because they expired or were cancelled
     * @param unscorablePairs pairs that failed alone
     * @param memorySplits batches halved because they did not fit
     * @param retries batches run once more after a fault
     * @param splits batches split to find the pair to blame
     */
    public record Faults(
            long droppedPairs,
            long unscorablePairs,
            long memorySplits,
            long retries,
            long splits) {}

    /**
     * What is under way now.
     *
     * @param waitingRequests requests not started yet
     * @param inFlightPairs pairs of started requests
     * @param inFlightBytes bytes of their text
     * @param inFlightTokens their tokens
     * @param queuedPairs pairs that wait for a device
     * @param queuedTokens tokens that wait for a device
     */
    public record Load(
            long waitingRequests,
            long inFlightPairs,
            long inFlightBytes,
            long inFlightTokens,
            long queuedPairs,
            long queuedTokens) {}

    /**
     * What the score cache was asked.
     *
     * @param hits pairs whose score came from it
     * @param misses pairs looked up in vain
     */
    public record Cache(long hits, long misses) {

        static final Cache NONE = new Cache(0, 0);

        /** Share of looked-up pairs whose score came from the cache, 0 to 1. */
        public double hitRatio() {
            long lookups = hits + misses;
            return lookups == 0 ? 0 : hits / (double) lookups;
        }
    }

    /**
     * States that stages of cascades have left to deeper ones of the same model.
     *
     * @param bytes what is kept now, on all devices
     * @param resumed pairs that went on from such states
     * @param recomputed pairs that could have, but whose states were not there
     */
    public record States(long bytes, long resumed, long recomputed) {}
}
