/**
 * Micro-batches by cost, fair between tenants. Pure Java: neither DJL nor Flink, and an injected
 * clock.
 *
 * <pre>
 *   request                    pairs                                  batch         results
 *   Ticket -> TenantLine -> (tokenized) -> QueuedPair -> Flow -> BatchRun -> HandOut
 *             AdmissionQueue                             PairQueue device
 * </pre>
 *
 * <ul>
 *   <li>{@link dev.flinkreranker.runtime.batching.Ticket}: a request's place before it starts.
 *   <li>{@link dev.flinkreranker.runtime.batching.TenantLine Line}: the tickets of one tenant, and
 *       what it has under way.
 *   <li>{@link dev.flinkreranker.runtime.batching.Flow}: the waiting pairs of one tenant and one
 *       profile, the most urgent first.
 *   <li>{@link dev.flinkreranker.runtime.batching.Turn}: what lines and flows wait for: the lower
 *       round first, then the earlier due. {@link dev.flinkreranker.runtime.batching.TurnHeap}
 *       keeps them in order.
 *   <li>{@link dev.flinkreranker.runtime.batching.HandOut}: the thread that tells listeners what
 *       became of their pairs, while the device runs the next batch.
 * </ul>
 */
@NullMarked
package dev.flinkreranker.runtime.batching;

import org.jspecify.annotations.NullMarked;
