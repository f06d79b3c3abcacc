package dev.flinkreranker.runtime.batching;

import org.jspecify.annotations.Nullable;

/**
 * What became of one pair.
 *
 * @param pair the pair
 * @param kind how it ended
 * @param score its score if it was scored
 * @param reason why it could not be scored, if so
 * @param start when the batch that scored it began, nanoseconds of the batcher's clock
 * @param deviceNanos its share of the time of the batch that scored it
 */
record PairResult<P, S>(
        QueuedPair<P, S> pair,
        Kind kind,
        @Nullable S score,
        @Nullable String reason,
        long start,
        long deviceNanos) {

    enum Kind {
        SCORED,
        UNSCORABLE,
        DROPPED
    }

    static <P, S> PairResult<P, S> scored(
            QueuedPair<P, S> pair, S score, long start, long deviceNanos) {
        return new PairResult<>(pair, Kind.SCORED, score, null, start, deviceNanos);
    }

    static <P, S> PairResult<P, S> unscorable(QueuedPair<P, S> pair, String reason) {
        return new PairResult<>(pair, Kind.UNSCORABLE, null, reason, 0, 0);
    }

    static <P, S> PairResult<P, S> dropped(QueuedPair<P, S> pair) {
        return new PairResult<>(pair, Kind.DROPPED, null, null, 0, 0);
    }

    void deliver() {
        PairListener<S> listener = pair.group().listener();
        switch (kind) {
            case SCORED -> {
                listener.ran(pair.index(), start, deviceNanos);
                listener.scored(pair.index(), score);
            }
            case UNSCORABLE -> listener.unscorable(pair.index(), reason);
            case DROPPED -> listener.dropped(pair.index());
        }
    }
}
