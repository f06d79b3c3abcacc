package dev.flinkreranker.workbench.replay.outcome;

import java.util.Arrays;

/**
 * Ids seen so far, as 64-bit fingerprints: about 16 bytes each. Two of ten million ids share one
 * with a chance of 1 in 370,000.
 */
final class SeenIds {
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private long[] slots = new long[1 << 10];
    private int size;

    /** Adds an id; false when it was there. */
    boolean add(String id) {
        if (size * 2 > slots.length) {
            long[] old = slots;
            slots = new long[old.length * 2];
            Arrays.stream(old).filter(slot -> slot != 0).forEach(this::insert);
        }
        if (!insert(fingerprint(id))) {
            return false;
        }
        size++;
        return true;
    }

    private boolean insert(long fingerprint) {
        int at = (int) (fingerprint >>> 32) & (slots.length - 1);
        while (slots[at] != 0) {
            if (slots[at] == fingerprint) {
                return false;
            }
            at = (at + 1) & (slots.length - 1);
        }
        slots[at] = fingerprint;
        return true;
    }

    /** Mixed as SplitMix64 does; never 0, which marks a free slot. */
    private static long fingerprint(String id) {
        long hash = id.length();
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * PRIME;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }
}
