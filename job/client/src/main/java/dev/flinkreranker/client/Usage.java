package dev.flinkreranker.client;

/**
 * What a request cost: the same whenever it is computed.
 *
 * @param pairs number of (query, document) pairs that were scored
 * @param tokens tokens of all pairs, without padding
 * @param truncated number of pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 */
public record Usage(int pairs, long tokens, int truncated, long flops) {}
