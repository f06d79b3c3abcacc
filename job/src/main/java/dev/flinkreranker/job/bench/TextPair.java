package dev.flinkreranker.job.bench;

/** A query with one passage. */
record TextPair(String query, String passage) {}
