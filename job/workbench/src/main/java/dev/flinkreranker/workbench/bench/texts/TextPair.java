package dev.flinkreranker.workbench.bench.texts;

/** A query with one passage. */
public record TextPair(String query, String passage) {}
