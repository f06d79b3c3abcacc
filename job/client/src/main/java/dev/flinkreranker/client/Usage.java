package dev.flinkreranker.client;

import java.util.List;

/**
 * What a request cost: the same whenever it is computed.
 *
 * @param pairs number of (query, document) pairs that were scored
 * @param tokens tokens of all pairs, without padding
 * @param truncated number of pairs that were cut to the length limit
 * @param flops floating point operations by the analytic count
 * @param stages of that, what each stage cost, in their order; of an interleaved result those of
 *     both rankings; null where the tenant has no stages
 */
public record Usage(int pairs, long tokens, int truncated, long flops, List<StageUsage> stages) {}
