package dev.flinkreranker.runtime.batching;

/**
 * Pairs of one request that are not tokenized yet.
 *
 * @param profile what they are to be scored by
 * @param pairs how many, at least 1
 * @param tokens about how many tokens they have together, as {@link Ticket#estimate} has it
 * @param <P> a pair, ready for the device
 * @param <S> its score
 */
public record Demand<P, S>(ScoringProfile<P, S> profile, int pairs, long tokens) {}
