package dev.flinkreranker.runtime.batching;

import java.util.Comparator;
import java.util.TreeSet;

/** One tenant's requests in an {@link AdmissionQueue}: those that wait, and a count of the rest. */
final class TenantLine<R> extends Turn {

    private final TenantAccount account;
    private final TreeSet<Ticket<R>> waiting =
            new TreeSet<>(
                    Comparator.<Ticket<R>>comparingLong(Ticket::deadline)
                            .thenComparingLong(Ticket::sequence));
    private long waitingPairs;
    private final Load load = new Load();

    TenantLine(TenantAccount account) {
        this.account = account;
    }

    TenantAccount account() {
        return account;
    }

    Load load() {
        return load;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether nothing of the tenant waits or is under way. */
    boolean isIdle() {
        return waiting.isEmpty() && load.pairs() == 0;
    }

    Ticket<R> first() {
        return waiting.first();
    }

    void add(Ticket<R> ticket) {
        waiting.add(ticket);
        waitingPairs += ticket.pairs();
    }

    void remove(Ticket<R> ticket) {
        waiting.remove(ticket);
        waitingPairs -= ticket.pairs();
    }

    /** Whether a request fits beside everything the tenant has, waiting requests included. */
    boolean fitsBesideAll(Ticket<R> ticket) {
        long others = load.pairs() + waitingPairs;
        return others == 0 || others + ticket.pairs() <= ticket.tenantLimit();
    }

    /** Whether the tenant's own limits let its first request start. */
    boolean mayStart(AdmissionLimits limits) {
        if (load.pairs() == 0) {
            return true;
        }
        double share = limits.tenantShare();
        return load.pairs() + first().pairs() <= first().tenantLimit()
                && load.pairs() < limits.pairs() * share
                && load.bytes() < limits.bytes() * share
                && load.tokens() < limits.tokens() * share;
    }

    boolean rekey(int turnTokens) {
        return key(account.round(turnTokens), first().deadline(), first().sequence());
    }
}
