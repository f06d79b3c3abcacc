package dev.flinkreranker.runtime.batching;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch while it is filled: what fits, and why it was closed. */
final class BatchBuilder<P, S> {

    private static final double NANOS = 1e9;

    /** Batches of a profile stay this small until their cost is known: the device may be slow. */
    static final int PROBE_TOKENS = 1024;

    private final BatchSettings settings;
    private final ScoringProfile<P, S> profile;
    private final int budget;
    private final CostModel costs;
    private final long now;
    private final List<QueuedPair<P, S>> pairs = new ArrayList<>();
    private final ComputedTokens<P, S> computed;
    private int tokens;
    private double squares;
    private int longest;
    private long earliestDeadline = Long.MAX_VALUE;
    private @Nullable ClosingReason closing;

    BatchBuilder(BatchSettings settings, ProfileState<P, S> state, long now) {
        this.settings = settings;
        this.profile = state.profile();
        this.budget = state.budget().current();
        this.costs = state.costs();
        this.now = now;
        this.computed = new ComputedTokens<>(profile);
    }

    boolean isEmpty() {
        return pairs.isEmpty();
    }

    boolean isClosed() {
        return closing != null;
    }

    /** Adds the pair, or closes the batch without it. The first pair always fits. */
    boolean offer(QueuedPair<P, S> pair) {
        int length = pair.length();
        double square = (double) length * length;
        int own = computed.of(pair);
        long finish = finish(computed.sum() + own, squares + square);
        if (!pairs.isEmpty()) {
            closing = limit(own, finish);
            if (closing != null) {
                return false;
            }
        }
        pairs.add(pair);
        computed.add(pair);
        tokens += length;
        squares += square;
        longest = Math.max(longest, length);
        // A deadline that cannot be met any more must not keep batches small.
        if (finish <= pair.group().deadline()) {
            earliestDeadline = Math.min(earliestDeadline, pair.group().deadline());
        }
        if (pairs.size() == settings.maxPairs()) {
            closing = ClosingReason.PAIRS;
        }
        return true;
    }

    Batch<P, S> build() {
        return new Batch<>(
                profile,
                pairs,
                tokens,
                computed.sum(),
                squares,
                longest,
                closing == null ? ClosingReason.DRAINED : closing,
                budget);
    }

    /** Why the pair must not be added; null if it may. */
    private @Nullable ClosingReason limit(int own, long finish) {
        if (computed.sum() + own > budget) {
            return ClosingReason.TOKENS;
        }
        if (finish > earliestDeadline) {
            return ClosingReason.DEADLINE;
        }
        if (profile.rows(computed.sum() + own) == profile.rows(computed.sum())) {
            return null; // its rows are computed anyway
        }
        boolean probing = !costs.isTrusted() && computed.sum() + own > PROBE_TOKENS;
        if (probing || finish - now > settings.maxBatchTime().toNanos()) {
            return ClosingReason.TIME;
        }
        return null;
    }

    /** When a batch of that size is expected to end, if it starts now. */
    private long finish(int newComputed, double newSquares) {
        return costs.isTrusted()
                ? now + (long) (costs.predict(profile.rows(newComputed), newSquares) * NANOS)
                : now;
    }
}
