package dev.flinkreranker.runtime.batching;

/**
 * Lengths that count as close: two classes per power of two, so lengths of one class differ by a
 * factor of at most 1.5.
 */
final class LengthClass {

    /** Number of classes that positive ints fall into. */
    static final int COUNT = 62;

    private LengthClass() {}

    /** The class of a length of at least 1; longer lengths have higher classes. */
    static int of(int length) {
        int exponent = 31 - Integer.numberOfLeadingZeros(length);
        int half = exponent == 0 ? 0 : (length >> (exponent - 1)) & 1;
        return 2 * exponent + half;
    }
}
