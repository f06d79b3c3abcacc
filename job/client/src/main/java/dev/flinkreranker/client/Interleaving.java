package dev.flinkreranker.client;

import java.util.List;

/**
 * Whose ranking the documents of an interleaved result come from.
 *
 * @param name of the tenant's second configuration, B; A is the tenant's own
 * @param model alias of B's model
 * @param dtype number format that B's model computed in; null where B passes through
 * @param calibration version of the calibration that probabilities of B's documents are by; null
 *     where they have none
 * @param teams {@code A} or {@code B}, of each document in the order of the result
 */
public record Interleaving(
        String name, String model, String dtype, String calibration, List<String> teams) {}
