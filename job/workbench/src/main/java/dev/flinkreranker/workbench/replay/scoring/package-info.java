/** The bounded job that scores a plan, block by block, into rows. */
package dev.flinkreranker.workbench.replay.scoring;
