package dev.flinkreranker.runtime.tokenization;

/**
 * A query's token ids, instruction included, special tokens excluded.
 *
 * @param ids the ids; not copied, so not to be written to
 * @param truncated whether the query's own limit cut it
 */
public record TokenizedQuery(long[] ids, boolean truncated) {}
