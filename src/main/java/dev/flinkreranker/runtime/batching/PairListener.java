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
     * When the device worked on the pair at this index. Called before {@link #scored}. Both are
     * measurements, which differ from run to run.
     *
     * @param start when the batch that scored it began, nanoseconds of the batcher's clock
     * @param nanos how long the device was busy with the pair: its share, by tokens, of that batch
     */
    default void ran(int index, long start, long nanos) {}

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
