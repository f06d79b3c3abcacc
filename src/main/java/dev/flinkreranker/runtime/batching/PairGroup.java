package dev.flinkreranker.runtime.batching;

/**
 * What the pairs of one request have in common.
 *
 * @param tenant the unit of fairness
 * @param weight the tenant's share relative to other tenants, 1e-6 to 1e6; the latest one counts
 * @param deadline when the scores stop being wanted, in nanoseconds of the batcher's clock; {@link
 *     Long#MAX_VALUE} for never
 * @param profile what the pairs are scored by
 * @param listener who waits for them
 * @param since when the request came that these pairs go on with, in nanoseconds of the batcher's
 *     clock; {@link Long#MAX_VALUE} for one that comes with them
 * @param <P> a pair, ready for the device
 * @param <S> its score
 */
public record PairGroup<P, S>(
        String tenant,
        double weight,
        long deadline,
        ScoringProfile<P, S> profile,
        PairListener<S> listener,
        long since) {

    /** Weights lie between this and its inverse, so that shares stay exact in a double. */
    static final double MIN_WEIGHT = 1e-6;

    /** Refuses a weight out of range. */
    public PairGroup {
        if (!(weight >= MIN_WEIGHT) || weight > 1 / MIN_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight of tenant " + tenant + " must be 1e-6 to 1e6, but is " + weight);
        }
    }

    /** A request that comes with these pairs. */
    public PairGroup(
            String tenant,
            double weight,
            long deadline,
            ScoringProfile<P, S> profile,
            PairListener<S> listener) {
        this(tenant, weight, deadline, profile, listener, Long.MAX_VALUE);
    }

    boolean goesOn() {
        return since != Long.MAX_VALUE;
    }

    /** Whether a pair of this group may still go to the device. */
    boolean isWanted(long now) {
        return now < deadline && listener.isWanted();
    }
}
