package dev.flinkreranker.runtime.batching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The waiting pairs and the choice of the next batch. Deterministic, without threads and clock.
 *
 * <p><b>Fairness</b> is weighted deficit round robin by predicted time, in tokens of the device's
 * usual work ({@link TokenRate}). A tenant gets {@code turnTokens * weight} of them per round and
 * carries what it overdraws into the next; its round follows from the work it was served. Instead
 * of walking a ring, tenants wait in heaps by round, so a pair costs the same with 10,000 tenants
 * of any weights as with one.
 *
 * <p><b>Within a round</b> the pair that is due first goes first: its deadline, or its arrival plus
 * the age bound, whichever comes first. So nothing starves behind pairs with deadlines. A pair of a
 * request that goes on presses from the first, and has waited since the request came, so it goes
 * before those of later ones, and a fuller lane does not pass it.
 *
 * <p><b>Lengths</b>: each profile keeps its pairs in lanes of close lengths. The first pair of a
 * batch comes from the lowest round; among lanes of that round from an urgent one, else from the
 * one that fills the batch best. Then tenants of the lowest round fill the batch, lanes nearest in
 * length first.
 */
final class PairQueue<P, S> {

    /**
     * How many rounds a tenant that had nothing to do may be behind the others when it comes back.
     * Within its share it then goes first, instead of sharing the device with whoever floods it.
     * One round would be spent by a single batch; with many, a tenant that was away for long would
     * have the device to itself while the others wait.
     */
    static final int CREDIT_ROUNDS = 4;

    private static final int KEPT_PROFILES = 256;
    private static final int KEPT_ACCOUNTS = 1024;

    private final BatchSettings settings;
    private final double credit;
    private final Map<ScoringProfile<P, S>, ProfileState<P, S>> profiles = new LinkedHashMap<>();
    private final Map<String, TenantAccount> accounts = new HashMap<>();
    private final List<QueuedPair<P, S>> dropped = new ArrayList<>();
    private final TokenRate rate = new TokenRate();
    private int sweepAccountsAt = KEPT_ACCOUNTS;
    private double virtualTime;
    private double mostServed;
    private long sequence;
    private long pairs;
    private long tokens;

    PairQueue(BatchSettings settings) {
        this.settings = settings;
        this.credit = CREDIT_ROUNDS * (double) settings.turnTokens();
    }

    void add(QueuedPair<P, S> pair, long now) {
        PairGroup<P, S> group = pair.group();
        ProfileState<P, S> state = profiles.get(group.profile());
        if (state == null) {
            forgetIdleProfiles();
            state = new ProfileState<>(group.profile(), settings.maxTokens());
            profiles.put(group.profile(), state);
        }
        TenantAccount account = accounts.get(group.tenant());
        if (account == null) {
            forgetIdleAccounts();
            account = new TenantAccount(group.tenant(), group.weight(), virtualTime - credit);
            accounts.put(group.tenant(), account);
        }
        account.weigh(group.weight());
        if (account.isIdle()) {
            account.wake(virtualTime, credit);
        }
        long due =
                group.goesOn()
                        ? Math.min(now, group.since()) + easeNanos()
                        : now + settings.maxAge().toNanos();
        pair.arrived(now, Math.min(group.deadline(), due), sequence++);
        state.add(account, pair, settings.turnTokens());
        pairs++;
        tokens += pair.length();
    }

    long pairs() {
        return pairs;
    }

    long tokens() {
        return tokens;
    }

    /** Number of tenants whose account is kept. */
    int accounts() {
        return accounts.size();
    }

    /** Whether some profile has enough waiting for a full batch. */
    boolean hasFullBatch() {
        for (ProfileState<P, S> state : profiles.values()) {
            if (state.tokens() >= state.budget().current()) {
                return true;
            }
        }
        return false;
    }

    /** What a pair of that length costs, in tokens of the device's usual work. */
    double work(ScoringProfile<P, S> profile, int length) {
        ProfileState<P, S> state = profiles.get(profile);
        return state == null ? length : state.work(length, rate);
    }

    /** The batch to run now; null when nothing that is still wanted waits. */
    @Nullable Batch<P, S> next(long now) {
        @Nullable ProfileState<P, S> bestState = null;
        @Nullable Lane<P, S> bestLane = null;
        @Nullable Flow<P, S> best = null;
        for (ProfileState<P, S> state : profiles.values()) {
            if (state.isEmpty()) {
                continue;
            }
            for (Lane<P, S> lane : state.lanes()) {
                @Nullable Flow<P, S> head = head(state, lane, now);
                if (head != null
                        && (best == null || leads(state, lane, head, bestState, bestLane, now))) {
                    bestState = state;
                    bestLane = lane;
                    best = head;
                }
            }
        }
        if (best == null) {
            return null;
        }
        virtualTime = Math.max(virtualTime, best.account().served());
        return batch(bestState, bestLane.lengthClass(), now);
    }

    /** Pairs found expired or unwanted since the last call. */
    List<QueuedPair<P, S>> takeDropped() {
        List<QueuedPair<P, S>> taken = List.copyOf(dropped);
        dropped.clear();
        return taken;
    }

    /** Every waiting pair; the queue is empty afterwards. */
    List<QueuedPair<P, S>> clear() {
        List<QueuedPair<P, S>> all = new ArrayList<>(dropped);
        for (ProfileState<P, S> state : profiles.values()) {
            for (Lane<P, S> lane : state.lanes()) {
                lane.flows().forEach(flow -> flow.pairs().forEach(all::add));
            }
        }
        dropped.clear();
        profiles.clear();
        accounts.clear();
        pairs = 0;
        tokens = 0;
        return all;
    }

    /** A batch of that size ran without a fault and took that long. */
    void ran(Batch<P, S> batch, double seconds) {
        rate.observe(batch.tokens(), seconds);
        ProfileState<P, S> state = profiles.get(batch.profile());
        if (state != null) {
            state.ran(batch, seconds);
        }
    }

    /** A batch of that many tokens did not fit into the device's memory. */
    void outOfMemory(ScoringProfile<P, S> profile, int batchTokens) {
        ProfileState<P, S> state = profiles.get(profile);
        if (state != null) {
            state.budget().exceeded(batchTokens);
        }
    }

    /** What batches of this profile cost. */
    BatchCost cost(ScoringProfile<P, S> profile) {
        ProfileState<P, S> state = profiles.get(profile);
        return state == null ? new CostModel().cost() : state.costs().cost();
    }

    private boolean leads(
            ProfileState<P, S> state,
            Lane<P, S> lane,
            Flow<P, S> head,
            ProfileState<P, S> bestState,
            Lane<P, S> bestLane,
            long now) {
        Flow<P, S> best = bestLane.heap().peek();
        if (head.round() != best.round()) {
            return head.round() < best.round();
        }
        long pressed = now + easeNanos();
        if (head.due() > pressed && best.due() > pressed) {
            double share = filledShare(state, lane);
            double bestShare = filledShare(bestState, bestLane);
            if (share != bestShare) {
                return share > bestShare;
            }
        }
        return head.isBefore(best);
    }

    /**
     * How long an undated pair may wait at ease before it presses, and how long before it a
     * deadline presses.
     */
    private long easeNanos() {
        return settings.maxAge().toNanos() / 2;
    }

    /** How much of a batch the lane alone would fill, 0 to 1. */
    private double filledShare(ProfileState<P, S> state, Lane<P, S> lane) {
        return Math.min(1, lane.tokens() / (double) state.budget().current());
    }

    /** The flow whose turn it is in this lane, its head still wanted; null if the lane is empty. */
    private @Nullable Flow<P, S> head(ProfileState<P, S> state, Lane<P, S> lane, long now) {
        while (!lane.isEmpty()) {
            Flow<P, S> flow = lane.heap().peek();
            while (!flow.isEmpty() && !flow.peek().group().isWanted(now)) {
                dropped.add(take(state, lane, flow));
            }
            if (!flow.isEmpty() && !flow.rekey(settings.turnTokens())) {
                return flow;
            }
            if (flow.isEmpty()) {
                lane.settle(flow, settings.turnTokens());
            } else {
                lane.heap().update(flow);
            }
        }
        return null;
    }

    private QueuedPair<P, S> take(ProfileState<P, S> state, Lane<P, S> lane, Flow<P, S> flow) {
        QueuedPair<P, S> pair = lane.poll(flow);
        state.left(pair);
        pairs--;
        tokens -= pair.length();
        return pair;
    }

    private @Nullable Batch<P, S> batch(ProfileState<P, S> state, int lengthClass, long now) {
        BatchBuilder<P, S> builder = new BatchBuilder<>(settings, state, now);
        @Nullable Lane<P, S> lane = nearest(state, lengthClass, now);
        while (lane != null && !builder.isClosed()) {
            Flow<P, S> flow = lane.heap().peek();
            long round = flow.round();
            while (!builder.isClosed()
                    && !flow.isEmpty()
                    && flow.account().round(settings.turnTokens()) == round) {
                QueuedPair<P, S> pair = flow.peek();
                if (!pair.group().isWanted(now)) {
                    dropped.add(take(state, lane, flow));
                } else if (builder.offer(pair)) {
                    take(state, lane, flow);
                    flow.account().charge(state.work(pair.length(), rate));
                    mostServed = Math.max(mostServed, flow.account().served());
                }
            }
            lane.settle(flow, settings.turnTokens());
            lane = nearest(state, lengthClass, now);
        }
        if (pairs == 0) {
            // Nobody waits, so nobody is behind: the next busy period starts even.
            virtualTime = mostServed;
            if (accounts.size() > KEPT_ACCOUNTS) {
                accounts.clear();
            }
        }
        // Empty if the last wanted pair stopped being wanted just now.
        return builder.isEmpty() ? null : builder.build();
    }

    /** The lane to fill from: lowest round first, then nearest in length; null if none has any. */
    private @Nullable Lane<P, S> nearest(ProfileState<P, S> state, int lengthClass, long now) {
        @Nullable Lane<P, S> best = null;
        @Nullable Flow<P, S> bestHead = null;
        for (Lane<P, S> lane : state.lanes()) {
            @Nullable Flow<P, S> head = head(state, lane, now);
            if (head == null) {
                continue;
            }
            if (best == null || head.round() < bestHead.round()) {
                best = lane;
                bestHead = head;
            } else if (head.round() == bestHead.round()) {
                int distance = lane.distance(lengthClass);
                int bestDistance = best.distance(lengthClass);
                if (distance < bestDistance
                        || distance == bestDistance && head.isBefore(bestHead)) {
                    best = lane;
                    bestHead = head;
                }
            }
        }
        return best;
    }

    private void forgetIdleProfiles() {
        if (profiles.size() >= KEPT_PROFILES) {
            profiles.values().removeIf(ProfileState::isEmpty);
        }
    }

    private void forgetIdleAccounts() {
        if (accounts.size() >= sweepAccountsAt) {
            // An account that is as far behind as a new one says nothing.
            accounts.values().removeIf(a -> a.isIdle() && a.served() <= virtualTime - credit);
            sweepAccountsAt = Math.max(KEPT_ACCOUNTS, 2 * accounts.size());
        }
    }
}
