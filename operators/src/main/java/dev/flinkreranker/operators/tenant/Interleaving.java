package dev.flinkreranker.operators.tenant;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * A second configuration, side by side with the tenant's own: requests are ranked by both, and
 * their results are interleaved.
 *
 * @param name told in the results, so that its clicks can be counted
 * @param settings complete: the tenant's, with what the second configuration says laid over them
 */
@Internal
public record Interleaving(String name, RerankSettings settings) implements Serializable {

    /** The same with so much time for its score, in milliseconds, at least 1. */
    public Interleaving withDeadline(long ms) {
        return new Interleaving(name, settings.withDeadline(ms));
    }

    /**
     * Whether the same documents get the same scores under these settings, so that one pass does.
     */
    public boolean sharesScores(RerankSettings other) {
        return settings.sharesScores(other);
    }
}
