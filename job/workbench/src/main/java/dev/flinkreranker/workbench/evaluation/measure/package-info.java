/** The usual measures of a run; equal to trec_eval's to the last digit it prints. */
@NullMarked
package dev.flinkreranker.workbench.evaluation.measure;

import org.jspecify.annotations.NullMarked;
