/**
 * The stream's operators: raw events in, ranked results and dead letters out.
 *
 * <p>Begin with {@code pipeline}, which assembles them. Here lie only the records that Flink's
 * state holds by their full names: a savepoint restores as long as they stay where they are.
 */
@NullMarked
package dev.flinkreranker.operators;

import org.jspecify.annotations.NullMarked;
