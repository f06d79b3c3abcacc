package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.BatchCost;

/**
 * What an engine did since it started, and what it holds now.
 *
 * @param requestsScored requests that ended scored
 * @param requestsTimedOut requests that ended timed out
 * @param requestsThrottled requests that were refused for their tenant's limit
 * @param requestsFailed requests that ended failed
 * @param pairs pairs that went to a device and came back in a batch
 * @param tokens tokens of those batches
 * @param paddedTokens rows computed for them
 * @param batches number of batches
 * @param deviceNanos time devices were busy
 * @param queueWaitNanos time pairs waited for a device, summed over pairs
 * @param tokenizationNanos time spent on tokenization, summed over threads
 * @param droppedPairs pairs not scored because they expired or were cancelled
 * @param unscorablePairs pairs that failed alone
 * @param memorySplits batches halved because they did not fit
 * @param faultRetries batches run once more after a fault
 * @param faultSplits batches split to find the pair to blame
 * @param waitingRequests requests not started yet
 * @param inFlightPairs pairs of started requests
 * @param inFlightBytes bytes of their text
 * @param inFlightTokens their tokens
 * @param queuedPairs pairs that wait for a device
 * @param queuedTokens tokens that wait for a device
 * @param cacheHits pairs whose score came from the cache
 * @param cacheMisses pairs looked up in the cache in vain
 * @param latestCost the cost of batches of the profile that ran last; null before the first batch
 */
public record EngineCounts(
        long requestsScored,
        long requestsTimedOut,
        long requestsThrottled,
        long requestsFailed,
        long pairs,
        long tokens,
        long paddedTokens,
        long batches,
        long deviceNanos,
        long queueWaitNanos,
        long tokenizationNanos,
        long droppedPairs,
        long unscorablePairs,
        long memorySplits,
        long faultRetries,
        long faultSplits,
        long waitingRequests,
        long inFlightPairs,
        long inFlightBytes,
        long inFlightTokens,
        long queuedPairs,
        long queuedTokens,
        long cacheHits,
        long cacheMisses,
        BatchCost latestCost) {

    /** Share of computed rows that are padding, 0 to below 1. */
    public double paddingRatio() {
        return paddedTokens == 0 ? 0 : 1 - tokens / (double) paddedTokens;
    }

    /** Share of looked-up pairs whose score came from the cache, 0 to 1. */
    public double cacheHitRatio() {
        long lookups = cacheHits + cacheMisses;
        return lookups == 0 ? 0 : cacheHits / (double) lookups;
    }
}
