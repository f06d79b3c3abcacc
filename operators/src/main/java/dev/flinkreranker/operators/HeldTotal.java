package dev.flinkreranker.operators;

import org.apache.flink.annotation.Internal;

/**
 * How much of one tenant waits for its config: what the operator "hold" tells whoever takes over
 * the tenant when the job is rescaled.
 *
 * @param tenant its id
 * @param requests how many wait, at least 1
 * @param bytes what they count for together
 */
@Internal
public record HeldTotal(String tenant, long requests, long bytes) {}
