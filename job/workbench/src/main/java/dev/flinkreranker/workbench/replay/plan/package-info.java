/** What a replay works on, with what, and where: everything that decides its output. */
package dev.flinkreranker.workbench.replay.plan;
