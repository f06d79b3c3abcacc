package dev.flinkreranker.workbench.bench.subject;

import java.util.List;

/**
 * What scoring all pairs took and gave.
 *
 * @param seconds from the first text to the last score
 * @param processorSeconds of all threads of the process in that time
 * @param scores one per pair, in order
 */
public record TimedScores(double seconds, double processorSeconds, List<Double> scores) {}
