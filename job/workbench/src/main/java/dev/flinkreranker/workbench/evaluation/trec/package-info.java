/**
 * TREC run and qrels files, and the other forms that people have them in, read and written. An
 * {@link dev.flinkreranker.workbench.evaluation.trec.Run} is ordered as trec_eval orders it.
 */
@NullMarked
package dev.flinkreranker.workbench.evaluation.trec;

import org.jspecify.annotations.NullMarked;
