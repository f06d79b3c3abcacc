package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.List;
import java.util.Random;

/**
 * A device whose score of a pair is a function of the pair alone, and which can be told to fail.
 * Equal names are equal profiles.
 */
final class HashProfile implements ScoringProfile<Integer, Long> {

    private final String name;
    private final int memoryTokens;
    private final int poison;
    private final double faultRate;
    private final Random random;

    private HashProfile(String name, int memoryTokens, int poison, double faultRate, long seed) {
        this.name = name;
        this.memoryTokens = memoryTokens;
        this.poison = poison;
        this.faultRate = faultRate;
        this.random = new Random(seed);
    }

    /** Never fails. */
    static HashProfile reliable(String name) {
        return new HashProfile(name, Integer.MAX_VALUE, -1, 0, 0);
    }

    /** Holds at most that many pairs at once. */
    static HashProfile small(int maxPairs) {
        return new HashProfile("small", maxPairs, -1, 0, 0);
    }

    /** Fails every batch that holds the poisoned pair. */
    static HashProfile poisoned(int poison) {
        return new HashProfile("poisoned", Integer.MAX_VALUE, poison, 0, 0);
    }

    /** Fails at random: out of memory for more than 8 pairs, or for no reason. */
    static HashProfile flaky(String name, int poison, double faultRate, long seed) {
        return new HashProfile(name, 8, poison, faultRate, seed);
    }

    static long scoreOf(int pair) {
        return pair * 0x9E3779B97F4A7C15L;
    }

    @Override
    public List<Long> score(int device, List<Integer> pairs) {
        if (pairs.size() > memoryTokens) {
            throw new DeviceMemoryException("out of memory with " + pairs.size() + " pairs", null);
        }
        if (pairs.contains(poison)) {
            throw new ScoringException("pair " + poison + " is poisoned");
        }
        if (pairs.size() > 1 && random.nextDouble() < faultRate) {
            throw new ScoringException("a fault by chance");
        }
        return pairs.stream().map(HashProfile::scoreOf).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HashProfile profile && profile.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
