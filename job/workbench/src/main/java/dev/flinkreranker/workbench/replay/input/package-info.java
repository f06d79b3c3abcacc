/**
 * What is replayed: request logs as JSON lines, and TREC style collections turned into such a log.
 *
 * <p>Every line keeps its file and number from here to the list of problems. Nothing here knows
 * Flink or models.
 */
@NullMarked
package dev.flinkreranker.workbench.replay.input;

import org.jspecify.annotations.NullMarked;
