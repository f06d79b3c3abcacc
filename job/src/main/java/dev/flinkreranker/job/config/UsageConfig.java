package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;

/**
 * Whether usage is written for billing, and where: the section {@code usage}.
 *
 * @param topic the topic
 * @param interval how often a tenant's usage is written, 1 s to 24 h
 */
public record UsageConfig(String topic, Duration interval) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    /** Fills in defaults and checks. */
    @NullUnmarked
    public UsageConfig {
        topic = FieldChecks.topic("topic", topic);
        interval = Objects.requireNonNullElse(interval, Duration.ofMinutes(1));
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new InvalidConfigException("interval must be between 1s and 24h");
        }
    }
}
