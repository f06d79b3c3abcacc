package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.event.RawEvent;
import org.apache.flink.annotation.Internal;

/**
 * A request whose tenant has no config yet.
 *
 * @param tenant the tenant's id
 * @param event a request that parses
 */
@Internal
public record PendingRequest(String tenant, RawEvent event) {}
