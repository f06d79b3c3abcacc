/** The bounded job that scores a plan, block by block, into rows. */
@NullMarked
package dev.flinkreranker.workbench.replay.scoring;

import org.jspecify.annotations.NullMarked;
