package dev.flinkreranker.runtime.batching;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the queue knows of one profile: waiting pairs by length, cost, token budget. */
final class ProfileState<P, S> {

    private final ScoringProfile<P, S> profile;
    private final TokenBudget budget;
    private final CostModel costs = new CostModel();

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final @Nullable Lane<P, S>[] lanes = new Lane[LengthClass.COUNT];

    private final List<Lane<P, S>> inUse = new ArrayList<>();
    private final BitSet warm = new BitSet();
    private long lastRan;
    private long pairs;
    private long tokens;

    ProfileState(ScoringProfile<P, S> profile, int maxTokens) {
        this.profile = profile;
        this.budget = new TokenBudget(Math.min(maxTokens, profile.fittingTokens()));
    }

    ScoringProfile<P, S> profile() {
        return profile;
    }

    TokenBudget budget() {
        return budget;
    }

    CostModel costs() {
        return costs;
    }

    /** Lanes that have had pairs; some may be empty by now. */
    List<Lane<P, S>> lanes() {
        return inUse;
    }

    boolean isEmpty() {
        return pairs == 0;
    }

    long tokens() {
        return tokens;
    }

    /** What a pair of that length costs, in tokens of usual work; its own until costs are known. */
    double work(int length, TokenRate rate) {
        double work = costs.isTrusted() ? rate.tokensIn(costs.share(length, budget.current())) : 0;
        return work > 0 ? work : length;
    }

    /** Seconds that a pair takes as part of a batch; like usual work until costs are known. */
    double seconds(double length, TokenRate rate) {
        return costs.isTrusted() ? costs.share(length, budget.current()) : rate.secondsOf(length);
    }

    /** Whether its costs are known, and not from long ago. */
    boolean knowsCosts(long now, long longAgoNanos) {
        return costs.isTrusted() && now - lastRan < longAgoNanos;
    }

    void add(TenantAccount account, QueuedPair<P, S> pair, int turnTokens) {
        int lengthClass = LengthClass.of(pair.length());
        if (lanes[lengthClass] == null) {
            lanes[lengthClass] = new Lane<>(lengthClass);
            inUse.add(lanes[lengthClass]);
        }
        lanes[lengthClass].add(account, pair, turnTokens);
        pairs++;
        tokens += pair.length();
    }

    /**
     * How long a full batch of pairs of that length takes; not to be asked before costs are known.
     */
    double batchSeconds(double length) {
        return costs.predict(budget.current(), budget.current() * length);
    }

    /** A batch ran on a device without a fault, until now. */
    void ran(int device, Batch<P, S> batch, double seconds, long now) {
        lastRan = now;
        if (warm.get(device)) {
            costs.observe(profile.rows(batch.computed()), batch.squares(), seconds);
        }
        // A device's first one pays for what is made once: kernels, buffers, code.
        warm.set(device);
        budget.fitted(batch.computed());
    }

    /** A pair was taken from one of the lanes. */
    void left(QueuedPair<P, S> pair) {
        pairs--;
        tokens -= pair.length();
    }
}
