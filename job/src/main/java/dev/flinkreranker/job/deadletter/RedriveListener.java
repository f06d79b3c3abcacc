package dev.flinkreranker.job.deadletter;

/** Hears how far a redrive is. */
public interface RedriveListener {

    /** The broker has the records of a transaction, which is still open. */
    default void written() {}

    /**
     * A transaction is committed.
     *
     * @param letters sent again so far
     */
    default void committed(int letters) {}
}
