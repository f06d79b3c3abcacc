package dev.flinkreranker.runtime.batching;

/**
 * One request's waiting pairs of one {@link PairGroup}, as its tenant's account counts them. The
 * most urgent of a tenant's requests decides when it is the tenant's turn.
 */
final class WaitingRequest implements Comparable<WaitingRequest> {

    private final long due;
    private final long sequence;
    private int pairs;
    private double waiting;
    private double begun;

    /** One whose first pair has come: how urgent that is says how urgent the request is. */
    WaitingRequest(QueuedPair<?, ?> first) {
        this.due = first.due();
        this.sequence = first.sequence();
    }

    void add(QueuedPair<?, ?> pair) {
        pairs++;
        waiting += pair.work();
    }

    void remove(QueuedPair<?, ?> pair) {
        pairs--;
        waiting -= pair.work();
        begun += pair.work();
    }

    boolean isEmpty() {
        return pairs == 0;
    }

    /** Work of the pairs that wait, in tokens of the device's usual work. */
    double waiting() {
        return waiting;
    }

    /** Work of the pairs that waited and do not any more, likewise. */
    double begun() {
        return begun;
    }

    @Override
    public int compareTo(WaitingRequest other) {
        int byDue = Long.compare(due, other.due);
        return byDue != 0 ? byDue : Long.compare(sequence, other.sequence);
    }
}
