package dev.flinkreranker.runtime.model;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The states of one pair as they came to the deepest layer of a call, for a deeper call that goes
 * on from there. Whoever has them closes them; any thread may, once no call uses them.
 */
public final class PairStates implements AutoCloseable {

    private final BatchStates batch;
    private final int layers;
    private final Rows query;
    private final Rows rest;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Rows of the batch's tensor. */
    record Rows(int first, int count) {}

    /**
     * @param batch held until this is closed
     * @param layers how many layers they have passed, at least 1
     * @param query rows that other pairs with the same query may need not bring; may be none
     * @param rest the rows after them
     */
    PairStates(BatchStates batch, int layers, Rows query, Rows rest) {
        this.batch = batch;
        this.layers = layers;
        this.query = query;
        this.rest = rest;
    }

    BatchStates batch() {
        return batch;
    }

    int layers() {
        return layers;
    }

    Rows query() {
        return query;
    }

    Rows rest() {
        return rest;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            batch.release();
        }
    }
}
