package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.PairStates;
import dev.flinkreranker.runtime.model.ScoringSettings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The states of one request's pairs, on their way from one task to another that goes on with some
 * of its passages: by the same model, with the same tokens, deeper. What is missing here is
 * computed anew, with the same bits. Whoever makes it closes it when the later task has ended, or
 * will not come; that frees what was not used. Safe for use by many threads.
 */
public final class KeptStates implements AutoCloseable {

    private final ScoringSettings earlier;
    private final ScoringSettings later;
    private final Map<PairKey, PairStates> states = new HashMap<>();
    private boolean closed;

    /**
     * @param earlier settings of the task that leaves states
     * @param later settings of the task that may go on from them
     */
    public KeptStates(ScoringSettings earlier, ScoringSettings later) {
        this.earlier = earlier;
        this.later = later;
    }

    ScoringSettings earlier() {
        return earlier;
    }

    ScoringSettings later() {
        return later;
    }

    /** Takes over the states of a pair, of equal pairs those of one. */
    synchronized void put(PairKey pair, PairStates of) {
        if (closed || states.putIfAbsent(pair, of) != null) {
            of.close();
        }
    }

    /** Hands over the states of a pair, once. */
    synchronized @Nullable PairStates take(PairKey pair) {
        return states.remove(pair);
    }

    @Override
    public synchronized void close() {
        closed = true;
        states.values().forEach(PairStates::close);
        states.clear();
    }
}
