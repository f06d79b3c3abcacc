package dev.flinkreranker.runtime.tokenization;

import java.util.Arrays;

/** Token ids being put together into a row of known length. */
final class IdBuffer {

    private final long[] ids;
    private int length;

    /**
     * @param capacity exactly how many ids will be appended
     */
    IdBuffer(int capacity) {
        ids = new long[capacity];
    }

    IdBuffer append(long[] part) {
        System.arraycopy(part, 0, ids, length, part.length);
        length += part.length;
        return this;
    }

    /** How many of the ids from an index on are those that a part begins with. */
    int common(int from, long[] part) {
        int mismatch = Arrays.mismatch(ids, from, length, part, 0, part.length);
        return mismatch < 0 ? part.length : mismatch;
    }

    /** How many ids are in it so far. */
    int length() {
        return length;
    }

    /** The row, once everything is appended. */
    long[] ids() {
        if (length != ids.length) {
            throw new IllegalStateException("appended " + length + " ids of " + ids.length);
        }
        return ids;
    }
}
