package dev.flinkreranker.workbench.calibration;

/**
 * What was said of a document, and the truth about it.
 *
 * @param probability 0 to 1
 * @param relevant whether it was judged to be relevant
 */
public record Prediction(float probability, boolean relevant) {}
