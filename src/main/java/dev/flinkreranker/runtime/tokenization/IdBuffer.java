package dev.flinkreranker.runtime.tokenization;

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
        return append(part, part.length);
    }

    /** Appends the first ids of a part. */
    IdBuffer append(long[] part, int count) {
        System.arraycopy(part, 0, ids, length, count);
        length += count;
        return this;
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
