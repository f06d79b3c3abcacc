package dev.flinkreranker.workbench.bench.subject;

import java.util.List;

/**
 * What scoring all pairs took and gave.
 *
 * @param seconds from the first text to the last score
 * @param scores one per pair, in order
 */
public record TimedScores(double seconds, List<Double> scores) {}
