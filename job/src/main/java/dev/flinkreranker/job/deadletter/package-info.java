/**
 * Dead letters on the broker: looking at them, and sending them again exactly once.
 *
 * <p>Which letters were sent again is told by marks, records in the dead letters' own topic, each
 * in the partition of its letter and written in the transaction that sends it. Offsets of a
 * consumer group would not do: they say how far a reader is, not which single letters it took, and
 * the broker forgets them after a week without a member.
 */
@NullMarked
package dev.flinkreranker.job.deadletter;

import org.jspecify.annotations.NullMarked;
