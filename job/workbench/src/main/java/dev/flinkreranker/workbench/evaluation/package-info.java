/**
 * Quality of rankings: the command that evaluates a run, and the options that other commands share
 * with it. {@code trec} reads and writes files, {@code measure} has the measures, {@code
 * comparison} holds two runs side by side. Nothing here knows Flink.
 */
@NullMarked
package dev.flinkreranker.workbench.evaluation;

import org.jspecify.annotations.NullMarked;
