package dev.flinkreranker.workbench.clicks;

/**
 * How a document of a query fared at one rank.
 *
 * @param rank from 1
 * @param views how often it was shown there, at least 1
 * @param clicks how often it was clicked there, at most {@code views}
 */
record RankClicks(int rank, long views, long clicks) {}
