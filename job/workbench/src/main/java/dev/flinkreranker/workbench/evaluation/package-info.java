/**
 * Quality of rankings: TREC run and qrels files, the usual measures, and comparisons of two runs.
 *
 * <p>The measures equal those of trec_eval to the last digit it prints. Nothing here knows Flink.
 */
@NullMarked
package dev.flinkreranker.workbench.evaluation;

import org.jspecify.annotations.NullMarked;
