/** Where a job keeps its checkpoints and savepoints, and what of them it can go on from. */
@NullMarked
package dev.flinkreranker.job.state;

import org.jspecify.annotations.NullMarked;
