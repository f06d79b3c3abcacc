/**
 * Probabilities from judged scores: the fit, the threshold below which nothing is taken to be
 * relevant, and how reliable both are.
 */
@NullMarked
package dev.flinkreranker.workbench.calibration;

import org.jspecify.annotations.NullMarked;
