package dev.flinkreranker.runtime.engine;

/**
 * A tenant's share of the device and how much it may have under way.
 *
 * @param weight share relative to other tenants, 1e-6 to 1e6
 * @param maxInFlightPairs most pairs under way at once, at least 1
 * @param onOverload what happens to a request beyond that
 * @param cache whether scores may be taken from, and kept in, the score cache
 */
public record Admission(double weight, int maxInFlightPairs, OnOverload onOverload, boolean cache) {

    /** What happens to a request beyond the tenant's limit. */
    public enum OnOverload {
        /** It waits its turn. */
        WAIT,
        /** It ends at once as {@link RerankOutcome.Throttled}. */
        THROTTLE
    }

    /** Refuses values out of range. */
    public Admission {
        if (!(weight >= 1e-6 && weight <= 1e6)) {
            throw new IllegalArgumentException("weight must be 1e-6 to 1e6, but is " + weight);
        }
        if (maxInFlightPairs < 1) {
            throw new IllegalArgumentException(
                    "maxInFlightPairs must be at least 1, but is " + maxInFlightPairs);
        }
    }

    private static final Admission DEFAULTS =
            new Admission(1.0, Integer.MAX_VALUE, OnOverload.WAIT, false);

    /** Weight 1, no limit, no cache. */
    public static Admission defaults() {
        return DEFAULTS;
    }
}
