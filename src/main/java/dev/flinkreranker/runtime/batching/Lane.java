package dev.flinkreranker.runtime.batching;

import java.util.HashMap;
import java.util.Map;

/** The waiting pairs of one profile in one {@link LengthClass}, by tenant. */
final class Lane<P, S> {

    private final int lengthClass;
    private final TurnHeap<Flow<P, S>> heap = new TurnHeap<>();
    private final Map<TenantAccount, Flow<P, S>> flows = new HashMap<>();
    private long tokens;

    Lane(int lengthClass) {
        this.lengthClass = lengthClass;
    }

    int distance(int otherClass) {
        return Math.abs(lengthClass - otherClass);
    }

    int lengthClass() {
        return lengthClass;
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }

    long tokens() {
        return tokens;
    }

    TurnHeap<Flow<P, S>> heap() {
        return heap;
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
            heap.add(flow);
        } else {
            flow.add(pair);
            if (flow.rekey(turnTokens)) {
                heap.update(flow);
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
            heap.remove(flow);
            flows.remove(flow.account());
            flow.account().drained();
        } else if (flow.rekey(turnTokens)) {
            heap.update(flow);
        }
    }

    Iterable<Flow<P, S>> flows() {
        return flows.values();
    }
}
