package dev.flinkreranker.workbench.calibration;

/**
 * A document's score and the truth about it.
 *
 * @param logit raw and finite
 * @param relevant whether it was judged to be
 */
public record LabelledScore(float logit, boolean relevant) {}
