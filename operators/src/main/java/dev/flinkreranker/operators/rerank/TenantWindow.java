package dev.flinkreranker.operators.rerank;

import java.util.HashMap;
import java.util.Map;

/**
 * Whose requests are under way in one parallel instance of the rerank operator, how much of the
 * heap they take, and who may have more of them.
 *
 * <p>An eighth of the places is for tenants that have none. Of the rest a tenant may have as many
 * as are free, times its weight (at most {@value #MOST}). So one tenant alone gets half of them,
 * and {@code n} tenants that all want more get an equal part each, with as much left free. The same
 * holds of the bytes.
 */
final class TenantWindow {

    /** Of what is free: so that a fifth of it stays for others, however large the weight. */
    private static final double MOST = 4;

    /** The part for tenants that have none, as a divisor. */
    private static final int RESERVED = 8;

    private final int capacity;
    private final long maxBytes;
    private final Map<String, Held> tenants = new HashMap<>();
    private int requests;
    private volatile long bytes;

    private static final class Held {
        private int requests;
        private long pairs;
        private long bytes;
    }

    /**
     * @param capacity places for requests
     * @param maxBytes most bytes of them together, unless one alone has more
     */
    TenantWindow(int capacity, long maxBytes) {
        this.capacity = capacity;
        this.maxBytes = maxBytes;
    }

    /** Whether the heap has room for a request, whosever it is. One that is alone always has. */
    boolean hasRoom(long more) {
        return bytes == 0 || bytes + more <= maxBytes;
    }

    /**
     * Whether a request may come in.
     *
     * @param weight the tenant's share relative to other tenants
     * @param maxPairs most pairs that the tenant may have here; a larger request may come in alone
     */
    boolean admits(Place place, double weight, long maxPairs) {
        Held held = tenants.get(place.tenant());
        if (held == null) {
            return requests < capacity && hasRoom(place.bytes());
        }
        double part = Math.min(weight, MOST);
        int free = capacity - capacity / RESERVED - requests;
        long freeBytes = maxBytes - maxBytes / RESERVED - bytes;
        return held.requests < part * free
                && held.bytes + place.bytes() <= part * freeBytes
                && place.bytes() <= freeBytes
                && held.pairs + place.pairs() <= maxPairs;
    }

    /** A request comes in, let in or not. */
    void enter(Place place) {
        Held held = tenants.computeIfAbsent(place.tenant(), t -> new Held());
        held.requests++;
        held.pairs += place.pairs();
        held.bytes += place.bytes();
        requests++;
        bytes += place.bytes();
    }

    /** A request that had come in has its outcome. */
    void leave(Place place) {
        Held held = tenants.get(place.tenant());
        held.requests--;
        held.pairs -= place.pairs();
        held.bytes -= place.bytes();
        requests--;
        bytes -= place.bytes();
        if (held.requests == 0) {
            tenants.remove(place.tenant());
        }
    }

    /** Of all requests under way; from any thread. */
    long bytes() {
        return bytes;
    }
}
