package dev.flinkreranker.runtime.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The waiting pairs and the choice of the next batch. Deterministic, without threads and clock.
 *
 * <p><b>Fairness</b> is weighted fair queueing by predicted time, in tokens of the device's usual
 * work ({@link TokenRate}), {@code turnTokens * weight} of them a round. A request belongs to the
 * round in which it would end if its tenant were served evenly with the others, and lower rounds go
 * first. So a request ends no later than if all tenants were served at once, but for a round; and
 * what has begun goes on, so that large requests end one after the other and not all at the end.
 * Tenants wait in heaps by round: a pair costs the same with 10,000 of any weights as with one.
 *
 * <p>Demers, Keshav, Shenker: Analysis and simulation of a fair queueing algorithm (SIGCOMM 1989).
 *
 * <p><b>Within a round</b> the pair that is due first goes first: its deadline, or its arrival plus
 * the age bound, whichever comes first. So nothing starves behind pairs with deadlines. While
 * nothing is urgent, the profile that fills a batch best goes first. A pair of a request that goes
 * on presses from the first, and has waited since the request came, so it goes before those of
 * later ones, and a fuller profile does not pass it.
 */
final class PairQueue<P, S> {

    /** From when on costs are tried anew rather than believed: a minute. */
    static final long LONG_AGO_NANOS = 60_000_000_000L;

    private static final int KEPT_PROFILES = 256;

    private final BatchSettings settings;
    private final Map<ScoringProfile<P, S>, ProfileState<P, S>> profiles = new LinkedHashMap<>();
    private final TenantAccounts accounts;
    private final List<QueuedPair<P, S>> dropped = new ArrayList<>();
    private final TokenRate rate = new TokenRate();
    private long sequence;
    private long pairs;
    private long tokens;

    PairQueue(BatchSettings settings) {
        this.settings = settings;
        this.accounts = new TenantAccounts(settings.turnTokens());
    }

    void add(QueuedPair<P, S> pair, long now) {
        PairGroup<P, S> group = pair.group();
        ProfileState<P, S> state = profiles.get(group.profile());
        if (state == null) {
            forgetIdleProfiles();
            state = new ProfileState<>(group.profile(), settings.maxTokens());
            profiles.put(group.profile(), state);
        }
        TenantAccount account = accounts.of(group.tenant(), group.weight());
        if (account.isIdle()) {
            accounts.wake(account);
        }
        long due =
                group.goesOn()
                        ? Math.min(now, group.since()) + easeNanos()
                        : now + settings.maxAge().toNanos();
        pair.arrived(
                now,
                Math.min(group.deadline(), due),
                sequence++,
                state.seconds(pair.length(), rate),
                state.work(pair.length(), rate));
        account.queued(pair);
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

    /** Work that will be added once it is tokenized; it counts in {@link #secondsUntil} at once. */
    Coming expect(String tenant, double weight, Demand<P, S> demand) {
        TenantAccount account = accounts.of(tenant, weight);
        return new Coming(account, seconds(demand, account), demand.tokens());
    }

    /**
     * Seconds until pairs would be scored that came now, as {@link TenantAccounts} predicts them.
     * Further stages of other requests, and scores that the cache has, are not foreseen.
     *
     * @param demands pairs of one request, one after the other
     * @param running seconds that each device still needs for the batch that it runs; 0 for none
     * @return empty while the cost of some of them is not known; with nothing before them, also
     *     where it is known from {@link #LONG_AGO_NANOS} ago, so that it is found out again
     */
    OptionalDouble secondsUntil(
            String tenant, double weight, List<Demand<P, S>> demands, long now, double... running) {
        int devices = running.length;
        @Nullable TenantAccount account = accounts.find(tenant);
        long longAgo = accounts.areIdle() ? LONG_AGO_NANOS : Long.MAX_VALUE;
        double own = 0;
        double alone = 0;
        for (Demand<P, S> demand : demands) {
            ProfileState<P, S> state = profiles.get(demand.profile());
            if (state == null || !state.knowsCosts(now, longAgo)) {
                return OptionalDouble.empty();
            }
            double seconds = seconds(demand, account);
            own += seconds;
            // What one batch takes is no shorter for there being other devices.
            double batch = Math.min(seconds, batchSeconds(state, demand));
            alone += Math.max(0, batch - seconds / devices);
        }
        double each = accounts.secondsUntil(account, weight, own, devices, rate, now);
        return OptionalDouble.of(shared(each * devices, running) + alone);
    }

    private double batchSeconds(ProfileState<P, S> state, Demand<P, S> demand) {
        return Math.min(
                settings.maxBatchTime().toNanos() / 1e9,
                state.batchSeconds(demand.tokens() / (double) demand.pairs()));
    }

    /** When devices have done so much work between them, each from when it is free. */
    private static double shared(double work, double[] running) {
        double[] free = running.clone();
        Arrays.sort(free);
        double sum = work;
        int devices = 0;
        while (devices < free.length && (devices == 0 || free[devices] < sum / devices)) {
            sum += free[devices];
            devices++;
        }
        return sum / devices;
    }

    private double seconds(Demand<P, S> demand, @Nullable TenantAccount account) {
        double tokens = account == null ? demand.tokens() : account.texts().of(demand.tokens());
        ProfileState<P, S> state = profiles.get(demand.profile());
        return state == null
                ? rate.secondsOf(tokens)
                : demand.pairs() * state.seconds(tokens / demand.pairs(), rate);
    }

    /** Seconds that a batch takes, predicted; 0 before anything was seen. */
    double seconds(Batch<P, S> batch) {
        CostModel costs = profiles.get(batch.profile()).costs();
        return costs.isTrusted()
                ? costs.predict(batch.profile().rows(batch.computed()), batch.squares())
                : rate.secondsOf(batch.tokens());
    }

    /** The batch to run now; null when nothing that is still wanted waits. */
    @Nullable Batch<P, S> next(long now) {
        @Nullable ProfileState<P, S> bestState = null;
        @Nullable Flow<P, S> best = null;
        for (ProfileState<P, S> state : profiles.values()) {
            @Nullable Flow<P, S> head = head(state, now);
            if (head != null && (best == null || leads(state, head, bestState, best, now))) {
                bestState = state;
                best = head;
            }
        }
        if (best == null) {
            return null;
        }
        accounts.turnOf(best.account());
        return batch(bestState, now);
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
            state.flows().forEach(flow -> flow.pairs().forEach(all::add));
        }
        dropped.clear();
        profiles.clear();
        accounts.clear();
        pairs = 0;
        tokens = 0;
        return all;
    }

    /** A batch ran on a device without a fault, until now, and took that long. */
    void ran(int device, Batch<P, S> batch, double seconds, long now) {
        rate.observe(batch.tokens(), seconds);
        ProfileState<P, S> state = profiles.get(batch.profile());
        if (state != null) {
            state.ran(device, batch, seconds, now);
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
            Flow<P, S> head,
            ProfileState<P, S> bestState,
            Flow<P, S> best,
            long now) {
        if (head.round() != best.round()) {
            return head.round() < best.round();
        }
        long pressed = now + easeNanos();
        if (head.due() > pressed && best.due() > pressed) {
            double share = filledShare(state);
            double bestShare = filledShare(bestState);
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

    /** How much of a batch the profile alone would fill, 0 to 1. */
    private double filledShare(ProfileState<P, S> state) {
        return Math.min(1, state.tokens() / (double) state.budget().current());
    }

    /** The flow whose turn it is, its head still wanted; null if the profile has none. */
    private @Nullable Flow<P, S> head(ProfileState<P, S> state, long now) {
        while (!state.isEmpty()) {
            Flow<P, S> flow = state.turns().peek();
            while (!flow.isEmpty() && !flow.peek().group().isWanted(now)) {
                dropped.add(take(state, flow));
            }
            if (!flow.isEmpty() && !flow.rekey(settings.turnTokens())) {
                return flow;
            }
            if (flow.isEmpty()) {
                state.settle(flow, settings.turnTokens());
            } else {
                state.turns().update(flow);
            }
        }
        return null;
    }

    private QueuedPair<P, S> take(ProfileState<P, S> state, Flow<P, S> flow) {
        QueuedPair<P, S> pair = state.poll(flow);
        flow.account().taken(pair);
        pairs--;
        tokens -= pair.length();
        return pair;
    }

    private @Nullable Batch<P, S> batch(ProfileState<P, S> state, long now) {
        BatchBuilder<P, S> builder = new BatchBuilder<>(settings, state, now);
        @Nullable Flow<P, S> flow = head(state, now);
        while (flow != null && !builder.isClosed()) {
            long round = flow.round();
            while (!builder.isClosed()
                    && !flow.isEmpty()
                    && flow.account().round(settings.turnTokens()) == round) {
                QueuedPair<P, S> pair = flow.peek();
                if (!pair.group().isWanted(now)) {
                    dropped.add(take(state, flow));
                } else if (builder.offer(pair)) {
                    take(state, flow);
                    accounts.charge(
                            flow.account(), state.work(pair.length(), rate), pair.seconds(), now);
                }
            }
            state.settle(flow, settings.turnTokens());
            flow = head(state, now);
        }
        if (pairs == 0) {
            accounts.startEven();
        }
        // Empty if the last wanted pair stopped being wanted just now.
        return builder.isEmpty() ? null : builder.build();
    }

    private void forgetIdleProfiles() {
        if (profiles.size() >= KEPT_PROFILES) {
            profiles.values().removeIf(ProfileState::isEmpty);
        }
    }
}
