package dev.flinkreranker.operators.resolve;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * How much may wait for configs of tenants that are not known yet; beyond it lie dead letters.
 *
 * @param time how long a request waits
 * @param requests how many wait at once, of all tenants
 * @param bytes how large they are together
 */
@Internal
public record HoldLimits(Duration time, int requests, long bytes) implements Serializable {

    /** Nothing waits. */
    public static final HoldLimits NONE = new HoldLimits(Duration.ZERO, 0, 0);
}
