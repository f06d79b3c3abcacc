package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.event.RawEvent;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits no longer. One of config and refusal is there.
 *
 * @param tenant the tenant's id
 * @param event a request that parses
 * @param config its tenant's config, as JSON; absent when none came
 * @param refusal why it waits no longer without one, a line for a person
 */
@Internal
public record ReleasedRequest(
        String tenant, RawEvent event, @Nullable String config, @Nullable String refusal) {}
