package dev.flinkreranker.runtime.batching;

import java.io.Serializable;

/**
 * How much may be under way at once: admitted, and not yet settled. A request is admitted while
 * every limit has room, so each may be exceeded by one request.
 *
 * @param pairs pairs under way, at least 1
 * @param bytes bytes of text under way, at least 1
 * @param tokens tokens under way, at least 1; before a request is tokenized its tokens are
 *     estimated from its bytes
 * @param tenantShare the part of each limit that one tenant may use, above 0 to 1
 */
public record AdmissionLimits(int pairs, long bytes, long tokens, double tenantShare)
        implements Serializable {

    /** Refuses values out of range. */
    public AdmissionLimits {
        if (pairs < 1 || bytes < 1 || tokens < 1) {
            throw new IllegalArgumentException(
                    "limits of pairs, bytes and tokens in flight must be at least 1, but are "
                            + pairs
                            + ", "
                            + bytes
                            + " and "
                            + tokens);
        }
        if (!(tenantShare > 0 && tenantShare <= 1)) {
            throw new IllegalArgumentException(
                    "a tenant's share of the limits must be above 0 and at most 1, but is "
                            + tenantShare);
        }
    }
}
