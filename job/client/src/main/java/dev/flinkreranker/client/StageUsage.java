package dev.flinkreranker.client;

import java.util.List;

/**
 * What a stage of a request cost.
 *
 * @param team of an interleaved result, whose stage it is, {@code A} or {@code B}; null elsewhere
 * @param model alias of the stage's model
 * @param cutoffLayers layers that it scored; empty for the deepest alone
 * @param pairs number of (query, document) pairs that it scored
 * @param tokens tokens of these pairs, without padding
 * @param truncated number of these pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 */
public record StageUsage(
        String team,
        String model,
        List<Integer> cutoffLayers,
        int pairs,
        long tokens,
        int truncated,
        long flops) {}
