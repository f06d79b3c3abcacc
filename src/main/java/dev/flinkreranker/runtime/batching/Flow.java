package dev.flinkreranker.runtime.batching;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The waiting pairs of one tenant and one profile, the most urgent first. */
final class Flow<P, S> extends Turn {

    private final TenantAccount account;
    private final PriorityQueue<QueuedPair<P, S>> pairs =
            new PriorityQueue<>(
                    Comparator.<QueuedPair<P, S>>comparingLong(QueuedPair::due)
                            .thenComparingLong(QueuedPair::sequence));

    Flow(TenantAccount account) {
        this.account = account;
    }

    TenantAccount account() {
        return account;
    }

    boolean isEmpty() {
        return pairs.isEmpty();
    }

    QueuedPair<P, S> peek() {
        return pairs.peek();
    }

    QueuedPair<P, S> poll() {
        return pairs.poll();
    }

    void add(QueuedPair<P, S> pair) {
        pairs.add(pair);
    }

    Iterable<QueuedPair<P, S>> pairs() {
        return pairs;
    }

    /** Brings the key up to date with the tenant's account; returns whether it changed. */
    boolean rekey(int turnTokens) {
        QueuedPair<P, S> head = pairs.peek();
        return key(account.round(turnTokens), head.due(), head.sequence());
    }
}
