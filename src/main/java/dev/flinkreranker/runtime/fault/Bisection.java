package dev.flinkreranker.runtime.fault;

import java.util.List;

/**
 * Scores a batch whatever the device reports. Out of memory: the halves are scored instead, and so
 * on. Another fault: the batch is scored once more if that was asked for, then its halves. So one
 * element that fails is found and fails alone. Everything else that is thrown goes up.
 *
 * @param <T> an element of a batch
 */
public abstract class Bisection<T> {

    private final boolean retries;

    /**
     * @param retries whether a batch that failed, but not for memory, is scored once more before it
     *     is split
     */
    protected Bisection(boolean retries) {
        this.retries = retries;
    }

    /** Scores every element of the batch, of at least one, or finds it to blame. */
    public final void settle(List<T> batch) {
        attempt(batch, retries);
    }

    /**
     * Scores a batch, of at least one element.
     *
     * @throws DeviceMemoryException if it did not fit
     * @throws ScoringException if it failed for another reason
     */
    protected abstract void score(List<T> batch);

    /** An element failed alone. */
    protected abstract void unscorable(T element, RuntimeException cause);

    /** Those of a failed batch that are still to be scored; may be none. */
    protected List<T> wanted(List<T> batch) {
        return batch;
    }

    /** A batch failed. */
    protected void failed(List<T> batch, RuntimeException cause) {}

    /** A batch is scored once more. */
    protected void retried() {}

    /** A batch is split for this fault. */
    protected void split(RuntimeException cause) {}

    private void attempt(List<T> batch, boolean mayRetry) {
        try {
            score(batch);
        } catch (DeviceMemoryException e) {
            failed(batch, e);
            halve(batch, e, retries);
        } catch (ScoringException e) {
            failed(batch, e);
            if (mayRetry) {
                retried();
                again(batch, false);
            } else {
                halve(batch, e, false);
            }
        }
    }

    private void halve(List<T> batch, RuntimeException cause, boolean mayRetry) {
        if (batch.size() == 1) {
            unscorable(batch.get(0), cause);
            return;
        }
        split(cause);
        int middle = batch.size() / 2;
        again(batch.subList(0, middle), mayRetry);
        again(batch.subList(middle, batch.size()), mayRetry);
    }

    private void again(List<T> batch, boolean mayRetry) {
        List<T> wanted = wanted(batch);
        if (!wanted.isEmpty()) {
            attempt(wanted, mayRetry);
        }
    }
}
