package dev.flinkreranker.runtime.batching;

/**
 * One pair on its way to the device.
 *
 * @param <P> a pair, ready for the device
 * @param <S> its score
 */
public final class QueuedPair<P, S> {

    private final PairGroup<P, S> group;
    private final int index;
    private final P payload;
    private final int length;

    private long arrival;
    private long due;
    private long sequence;
    private double seconds;
    private double work;

    /**
     * @param group the request
     * @param index position in the request, handed back with the score
     * @param payload the pair
     * @param length tokens of the pair, at least 1
     */
    public QueuedPair(PairGroup<P, S> group, int index, P payload, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("a pair has at least one token, not " + length);
        }
        this.group = group;
        this.index = index;
        this.payload = payload;
        this.length = length;
    }

    /** The request. */
    public PairGroup<P, S> group() {
        return group;
    }

    /** Position in the request. */
    public int index() {
        return index;
    }

    /** The pair. */
    public P payload() {
        return payload;
    }

    /** Tokens of the pair. */
    public int length() {
        return length;
    }

    void arrived(long arrival, long due, long sequence, double seconds, double work) {
        this.seconds = seconds;
        this.work = work;
        this.arrival = arrival;
        this.due = due;
        this.sequence = sequence;
    }

    long arrival() {
        return arrival;
    }

    /** When the pair becomes urgent: its deadline, or the age bound if that comes first. */
    long due() {
        return due;
    }

    long sequence() {
        return sequence;
    }

    /** Seconds that it takes on the device, as predicted when it arrived. */
    double seconds() {
        return seconds;
    }

    /** The same in tokens of the device's usual work, as it was then. */
    double work() {
        return work;
    }
}
