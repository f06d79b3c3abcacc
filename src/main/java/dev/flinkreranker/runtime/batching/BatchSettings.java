package dev.flinkreranker.runtime.batching;

import java.io.Serializable;
import java.time.Duration;

/**
 * How batches are formed.
 *
 * @param maxTokens token budget of a batch, at least 1; a single longer pair still makes a batch
 * @param maxPairs most pairs in a batch, at least 1
 * @param turnTokens how many tokens a tenant of weight 1 gets in one round, at least 1; smaller is
 *     fairer, larger lets more of what is due go first
 * @param linger how long an idle device waits for a fuller batch; zero to take at once what is
 *     there
 * @param maxAge the age at which a pair without a deadline is as urgent as one whose deadline is
 *     now; above zero
 * @param maxBatchTime a batch is closed when it is expected to take longer than this, unless the
 *     next pair costs no further row; above zero
 */
public record BatchSettings(
        int maxTokens,
        int maxPairs,
        int turnTokens,
        Duration linger,
        Duration maxAge,
        Duration maxBatchTime)
        implements Serializable {

    /** Refuses values out of range. */
    public BatchSettings {
        atLeastOne("maxTokens", maxTokens);
        atLeastOne("maxPairs", maxPairs);
        atLeastOne("turnTokens", turnTokens);
        if (linger.isNegative()) {
            throw new IllegalArgumentException("linger must not be negative, but is " + linger);
        }
        positive("maxAge", maxAge);
        positive("maxBatchTime", maxBatchTime);
    }

    /** A budget of that many tokens; the rest as it suits most. */
    public static BatchSettings ofTokens(int maxTokens) {
        return new BatchSettings(
                maxTokens,
                1024,
                maxTokens,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ofSeconds(4));
    }

    /** The same with another token budget. */
    public BatchSettings withMaxTokens(int tokens) {
        return new BatchSettings(tokens, maxPairs, turnTokens, linger, maxAge, maxBatchTime);
    }

    /** The same with another limit of pairs. */
    public BatchSettings withMaxPairs(int pairs) {
        return new BatchSettings(maxTokens, pairs, turnTokens, linger, maxAge, maxBatchTime);
    }

    /** The same with another linger. */
    public BatchSettings withLinger(Duration newLinger) {
        return new BatchSettings(maxTokens, maxPairs, turnTokens, newLinger, maxAge, maxBatchTime);
    }

    /** The same with another age bound. */
    public BatchSettings withMaxAge(Duration age) {
        return new BatchSettings(maxTokens, maxPairs, turnTokens, linger, age, maxBatchTime);
    }

    /** The same with another bound on the expected time of a batch. */
    public BatchSettings withMaxBatchTime(Duration time) {
        return new BatchSettings(maxTokens, maxPairs, turnTokens, linger, maxAge, time);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be above zero, but is " + value);
        }
    }
}
