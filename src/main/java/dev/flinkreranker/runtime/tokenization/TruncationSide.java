package dev.flinkreranker.runtime.tokenization;

import java.util.Arrays;

/**
 * At which end a text that is too long is cut. Under both {@link Truncation} rules the lengths are
 * the same; an instruction before the text goes with its beginning, as in the reference.
 */
public enum TruncationSide {
    /** The end goes. */
    RIGHT,
    /** The beginning goes. */
    LEFT;

    /**
     * The ids that stay of a text.
     *
     * @param count how many stay; not more than there are
     */
    long[] kept(long[] ids, int count) {
        if (count == ids.length) {
            return ids;
        }
        return this == RIGHT
                ? Arrays.copyOf(ids, count)
                : Arrays.copyOfRange(ids, ids.length - count, ids.length);
    }
}
