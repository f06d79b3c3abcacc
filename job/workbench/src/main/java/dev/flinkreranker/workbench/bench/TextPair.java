package dev.flinkreranker.workbench.bench;

/** A query with one passage. */
record TextPair(String query, String passage) {}
