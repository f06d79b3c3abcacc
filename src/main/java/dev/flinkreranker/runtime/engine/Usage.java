package dev.flinkreranker.runtime.engine;

/**
 * What a request cost. A function of the request and its settings alone: no clock, no host.
 *
 * @param pairs number of (query, passage) pairs
 * @param tokens tokens of all pairs, special tokens included, padding excluded
 * @param truncated number of pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 */
public record Usage(int pairs, long tokens, int truncated, long flops) {}
