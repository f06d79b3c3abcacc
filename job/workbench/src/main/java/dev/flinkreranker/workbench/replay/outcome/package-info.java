/** From rows to what people take: runs, results, figures and the report. */
@NullMarked
package dev.flinkreranker.workbench.replay.outcome;

import org.jspecify.annotations.NullMarked;
