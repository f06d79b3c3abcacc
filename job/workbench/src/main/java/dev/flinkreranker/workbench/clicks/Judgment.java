package dev.flinkreranker.workbench.clicks;

import org.jspecify.annotations.Nullable;

/**
 * A judgment made of clicks.
 *
 * @param query id of the first request that asked the query
 * @param text of the query; null when the results do not tell it
 * @param document id of the document
 * @param grade how many of the thresholds the relevance reaches
 * @param relevance as the click model has it
 */
record Judgment(
        String query, @Nullable String text, String document, int grade, Relevance relevance) {}
