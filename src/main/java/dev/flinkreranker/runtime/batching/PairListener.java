package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;

/**
 * Who waits for the pairs of one request. For each submitted pair exactly one of {@link #scored},
 * {@link #unscorable}, {@link #dropped} and {@link #abandoned} is called, in any order of pairs.
 * The calls come from the batcher's hand-out thread, {@link #abandoned} also from the device's and
 * from whoever submits or closes. None may block.
 *
 * @param <S> the score of a pair
 */
public interface PairListener<S> {

    /**
     * Whether anybody still wants the scores. Read before a pair goes to the device; once false it
     * stays false.
     */
    boolean isWanted();

    /**
     * How long the device was busy with the pair at this index: its share, by tokens, of the batch
     * that scored it. Called before {@link #scored}.
     *
     * @param nanos a measurement, which differs from run to run
     */
    default void ran(int index, long nanos) {}

    /** The pair at this index of the request was scored. */
    void scored(int index, S score);

    /**
     * The pair at this index could not be scored, even alone.
     *
     * @param reason one line for a person
     */
    void unscorable(int index, String reason);

    /** The pair at this index was not scored: its deadline passed, or it was no longer wanted. */
    void dropped(int index);

    /**
     * The pair at this index will never be scored because the batcher has ended.
     *
     * @param cause a {@link BrokenDeviceException}, or an {@link IllegalStateException} if the
     *     batcher was closed
     */
    void abandoned(int index, RuntimeException cause);
}
