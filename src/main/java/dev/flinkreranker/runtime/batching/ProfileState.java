package dev.flinkreranker.runtime.batching;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Everything the queue knows of one profile: waiting pairs by tenant, cost, token budget. */
final class ProfileState<P, S> {

    private final ScoringProfile<P, S> profile;
    private final TokenBudget budget;
    private final CostModel costs = new CostModel();

    private final TurnHeap<Flow<P, S>> turns = new TurnHeap<>();
    private final Map<TenantAccount, Flow<P, S>> flows = new HashMap<>();
    private final BitSet warm = new BitSet();
    private long lastRan;
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

    /** Flows by their turn. */
    TurnHeap<Flow<P, S>> turns() {
        return turns;
    }

    /** Flows in no order. */
    Iterable<Flow<P, S>> flows() {
        return flows.values();
    }

    boolean isEmpty() {
        return turns.isEmpty();
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
        tokens += pair.length();
        Flow<P, S> flow = flows.get(account);
        if (flow == null) {
            flow = new Flow<>(account);
            flows.put(account, flow);
            account.opened();
            flow.add(pair);
            flow.rekey(turnTokens);
            turns.add(flow);
        } else {
            flow.add(pair);
            if (flow.rekey(turnTokens)) {
                turns.update(flow);
            }
        }
    }

    /**
     * Takes the most urgent pair of a flow, which may leave the flow empty: see {@link #settle}.
     */
    QueuedPair<P, S> poll(Flow<P, S> flow) {
        QueuedPair<P, S> pair = flow.poll();
        tokens -= pair.length();
        return pair;
    }

    /** Puts a flow that was taken from into its new place, or away if it is empty. */
    void settle(Flow<P, S> flow, int turnTokens) {
        if (flow.isEmpty()) {
            turns.remove(flow);
            flows.remove(flow.account());
            flow.account().drained();
        } else if (flow.rekey(turnTokens)) {
            turns.update(flow);
        }
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
}
