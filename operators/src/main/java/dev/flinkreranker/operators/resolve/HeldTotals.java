package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.HeldRequest;
import dev.flinkreranker.operators.HeldTotal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts what waits in one parallel instance. By tenant, since tenants move between instances when
 * the job is rescaled.
 */
final class HeldTotals {

    private final Map<String, HeldTotal> byTenant = new HashMap<>();
    private long requests;
    private long bytes;

    /** Takes over the tenants that are this instance's now, out of those of all former ones. */
    void restore(Iterable<HeldTotal> former, Predicate<String> mine) {
        for (HeldTotal total : former) {
            if (mine.test(total.tenant())) {
                byTenant.put(total.tenant(), total);
                requests += total.requests();
                bytes += total.bytes();
            }
        }
    }

    void add(String tenant, HeldRequest request) {
        count(tenant, 1, request.bytes());
    }

    /** A request of a savepoint that has no totals was never counted. */
    void remove(String tenant, HeldRequest request) {
        if (byTenant.containsKey(tenant)) {
            count(tenant, -1, -request.bytes());
        }
    }

    private void count(String tenant, long moreRequests, long moreBytes) {
        requests += moreRequests;
        bytes += moreBytes;
        byTenant.compute(tenant, (id, before) -> nonEmpty(id, before, moreRequests, moreBytes));
    }

    private static @Nullable HeldTotal nonEmpty(
            String tenant, @Nullable HeldTotal before, long moreRequests, long moreBytes) {
        long requests = moreRequests + (before == null ? 0 : before.requests());
        long bytes = moreBytes + (before == null ? 0 : before.bytes());
        return requests == 0 ? null : new HeldTotal(tenant, requests, bytes);
    }

    long requests() {
        return requests;
    }

    long bytes() {
        return bytes;
    }

    List<HeldTotal> snapshot() {
        return List.copyOf(byTenant.values());
    }
}
