/** What a replay works on, with what, and where: everything that decides its output. */
@NullMarked
package dev.flinkreranker.workbench.replay.plan;

import org.jspecify.annotations.NullMarked;
