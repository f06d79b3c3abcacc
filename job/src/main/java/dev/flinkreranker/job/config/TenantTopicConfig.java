package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.resolve.HoldLimits;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;

/**
 * Where tenants' configs come from while the job runs: the section {@code tenant_configs}.
 *
 * @param topic a compacted topic: the key is a tenant's id, the value its config as JSON, no value
 *     deletes it
 * @param holdTime with {@code unknown_tenant: hold}, how long a request waits for its tenant's
 *     config; 30 s by default
 * @param holdRequests how many wait at most; 10,000 by default
 * @param holdBytes how large they are together at most; 64 MiB by default
 */
public record TenantTopicConfig(
        String topic, Duration holdTime, Integer holdRequests, Long holdBytes) {

    /** Fills in defaults and checks. */
    @NullUnmarked
    public TenantTopicConfig {
        topic = FieldChecks.topic("topic", topic);
        holdTime = FieldChecks.aboveZero("hold_time", holdTime, Duration.ofSeconds(30));
        holdRequests = FieldChecks.atLeast(1, "hold_requests", holdRequests, 10_000);
        holdBytes = FieldChecks.atLeast(1, "hold_bytes", holdBytes, 64L << 20);
    }

    /** How much may wait. */
    public HoldLimits hold() {
        return new HoldLimits(holdTime, holdRequests, holdBytes);
    }
}
