package dev.flinkreranker.workbench.scoring;

/**
 * A pair to score.
 *
 * @param number its line in the input, from 1
 * @param query the query; may be empty
 * @param passage the passage; may be empty
 */
record PairLine(long number, String query, String passage) {}
