package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.event.RawEvent;

/**
 * A request whose tenant has no config yet.
 *
 * @param tenant the tenant's id
 * @param event a request that parses
 */
public record PendingRequest(String tenant, RawEvent event) {}
