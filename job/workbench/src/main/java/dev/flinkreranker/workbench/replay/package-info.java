/**
 * Replay of query logs under several configurations at once: what would have happened with another
 * model, depth or prompt.
 *
 * <p>A bounded Flink job with checkpoints scores blocks of log lines and writes one row per line;
 * then the rows are merged in the order of the log and become run files, results, figures and a
 * report. What a request gets, and what its scores become, the stream's own classes decide. Why it
 * does not go through the stream's batcher: there, which pairs share a batch depends on timing, and
 * the last bits of a score depend on who shares its batch. Here a batch is made of one block's
 * pairs alone, so that the same input gives the same bytes, killed and resumed or not.
 */
@NullMarked
package dev.flinkreranker.workbench.replay;

import org.jspecify.annotations.NullMarked;
