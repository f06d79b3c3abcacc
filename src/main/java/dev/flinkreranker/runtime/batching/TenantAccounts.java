package dev.flinkreranker.runtime.batching;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of the tenants of a {@link PairQueue}, and how far its device has come with them.
 * Those that say nothing any more are forgotten.
 */
final class TenantAccounts {

    /**
     * How many rounds a tenant that had nothing to do may be behind the others when it comes back.
     * Within its share it then goes first, instead of sharing the device with whoever floods it.
     * One round would be spent by a single batch; with many, a tenant that was away for long would
     * have the device to itself while the others wait.
     */
    static final int CREDIT_ROUNDS = 4;

    private static final int KEPT = 1024;

    /** Some more than it usually takes. */
    private static final int TANGENTS = 8;

    private final double credit;
    private final Map<String, TenantAccount> accounts = new HashMap<>();
    private int sweepAt = KEPT;
    private double virtualTime;
    private double mostServed;

    TenantAccounts(int turnTokens) {
        this.credit = CREDIT_ROUNDS * (double) turnTokens;
    }

    /** That of a tenant, which weighs so much from now on. */
    TenantAccount of(String tenant, double weight) {
        TenantAccount account = accounts.get(tenant);
        if (account == null) {
            forgetIdle();
            account = new TenantAccount(tenant, weight, virtualTime - credit);
            accounts.put(tenant, account);
        }
        account.weigh(weight);
        return account;
    }

    /** That of a tenant; null if it has none. */
    @Nullable TenantAccount find(String tenant) {
        return accounts.get(tenant);
    }

    /** A tenant has something to do again. */
    void wake(TenantAccount account) {
        account.wake(virtualTime, credit);
    }

    /** It is this tenant's turn. Whoever comes while a request is served is even with its start. */
    void turnOf(TenantAccount account) {
        virtualTime = Math.max(virtualTime, account.servedAtStart());
    }

    /** A tenant is served so many tokens of usual work, which take that long. */
    void charge(TenantAccount account, double work, double seconds, long now) {
        account.charge(work);
        account.pace().had(seconds, now);
        mostServed = Math.max(mostServed, account.served());
    }

    /** Nobody waits, so nobody is behind: the next busy period starts even. */
    void startEven() {
        virtualTime = mostServed;
        if (accounts.size() > KEPT) {
            accounts.values().removeIf(account -> !account.awaits());
        }
    }

    int size() {
        return accounts.size();
    }

    void clear() {
        accounts.clear();
    }

    /** Whether nothing waits and nothing is on its way. */
    boolean areIdle() {
        return accounts.values().stream().allMatch(account -> account.seconds() == 0);
    }

    /**
     * Seconds until work of a tenant would be done that came now.
     *
     * <p>A tenant's work is done in the order in which it comes, so by then the tenant has been
     * served {@code end = served + work(queued + own) / weight}. No other tenant gets more than
     * what brings it there too, and none gets more than it has, now or by then, if it goes on as of
     * late. So the time t is the solution of
     *
     * <pre>devices * t = queued + own + sum over the others of
     *     min(queued + pace * t, seconds(weight * max(0, end - served)))</pre>
     *
     * @param account the tenant's; null if it has none
     * @param own seconds that the work itself takes
     * @param devices that share the work
     * @param rate turns seconds into what tenants are served, and back
     */
    double secondsUntil(
            @Nullable TenantAccount account,
            double weight,
            double own,
            int devices,
            TokenRate rate,
            long now) {
        double first = own + (account == null ? 0 : account.seconds());
        double served =
                account == null ? virtualTime - credit : account.servedAwake(virtualTime, credit);
        double end = served + rate.tokensIn(first) / weight;
        // From above by tangents: the sum is concave in t, so they never fall below the solution.
        double seconds = Double.MAX_VALUE;
        for (int i = 0; i < TANGENTS; i++) {
            double fixed = first;
            double growing = 0;
            for (TenantAccount other : accounts.values()) {
                if (other == account) {
                    continue;
                }
                double behind = Math.max(0, end - other.servedAwake(virtualTime, credit));
                double most = rate.secondsOf(other.weight() * behind);
                double pace = other.pace().share(now);
                if (other.seconds() + pace * seconds < most) {
                    fixed += other.seconds();
                    growing += pace;
                } else {
                    fixed += most;
                }
            }
            double next = fixed / (devices - growing);
            if (next >= seconds) {
                break;
            }
            seconds = next;
        }
        return seconds;
    }

    private void forgetIdle() {
        if (accounts.size() >= sweepAt) {
            // An account that is as far behind as a new one says nothing.
            accounts.values()
                    .removeIf(
                            account ->
                                    account.isIdle()
                                            && !account.awaits()
                                            && account.served() <= virtualTime - credit);
            sweepAt = Math.max(KEPT, 2 * accounts.size());
        }
    }
}
