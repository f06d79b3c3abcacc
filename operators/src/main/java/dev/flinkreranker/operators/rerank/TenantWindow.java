package dev.flinkreranker.operators.rerank;

import java.util.HashMap;
import java.util.Map;

/**
 * Whose requests are under way in one parallel instance of the rerank operator, and who may have
 * more of them.
 *
 * <p>A tenant may have as many as there are free places, times its weight (at most {@value #MOST}).
 * So one tenant alone gets half of them, {@code n} tenants that all want more get an equal part
 * each, and as much as one of them has stays free for whoever comes next. The places never run out
 * as long as the requests that are not let in go elsewhere.
 */
final class TenantWindow {

    /** Of the free places: so that a fifth of them stays for others, however large the weight. */
    private static final double MOST = 4;

    private final int capacity;
    private final Map<String, Held> tenants = new HashMap<>();
    private int requests;

    private static final class Held {
        private int requests;
        private long pairs;
    }

    /**
     * @param capacity places for requests
     */
    TenantWindow(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Whether a request may come in.
     *
     * @param weight the tenant's share relative to other tenants
     * @param maxPairs most pairs that the tenant may have here; a larger request may come in alone
     */
    boolean admits(String tenant, int pairs, double weight, long maxPairs) {
        Held held = tenants.get(tenant);
        if (held == null) {
            return requests < capacity;
        }
        return held.requests < Math.min(weight, MOST) * (capacity - requests)
                && held.pairs + pairs <= maxPairs;
    }

    /** A request comes in, let in or not. */
    void enter(String tenant, int pairs) {
        Held held = tenants.computeIfAbsent(tenant, t -> new Held());
        held.requests++;
        held.pairs += pairs;
        requests++;
    }

    /** A request that had come in has its outcome. */
    void leave(String tenant, int pairs) {
        Held held = tenants.get(tenant);
        held.requests--;
        held.pairs -= pairs;
        requests--;
        if (held.requests == 0) {
            tenants.remove(tenant);
        }
    }
}
