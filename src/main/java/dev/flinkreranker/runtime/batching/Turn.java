package dev.flinkreranker.runtime.batching;

/** Something that waits for its turn in a {@link TurnHeap}: lower round first, then earlier due. */
abstract class Turn {

    /** Place in the heap; -1 outside. Kept by the heap. */
    int heapIndex = -1;

    private long round;
    private long due = Long.MAX_VALUE;
    private long sequence = Long.MAX_VALUE;

    /** Sets the key; the heap must be told by {@link TurnHeap#update}. Returns if it changed. */
    final boolean key(long newRound, long newDue, long newSequence) {
        boolean changed = round != newRound || due != newDue || sequence != newSequence;
        round = newRound;
        due = newDue;
        sequence = newSequence;
        return changed;
    }

    final long round() {
        return round;
    }

    final long due() {
        return due;
    }

    final boolean isBefore(Turn other) {
        if (round != other.round) {
            return round < other.round;
        }
        if (due != other.due) {
            return due < other.due;
        }
        return sequence < other.sequence;
    }
}
