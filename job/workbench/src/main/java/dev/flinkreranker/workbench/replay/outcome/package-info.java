/** From rows to what people take: runs, results, figures and the report. */
package dev.flinkreranker.workbench.replay.outcome;
