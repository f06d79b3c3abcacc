package dev.flinkreranker.workbench.demo;

import java.nio.file.Path;

/**
 * What the demo does.
 *
 * @param data directory of the data set
 * @param queries how many queries, at most; at least 1
 * @param candidates how many of the first stage's passages a request carries; at least 1
 * @param maxLength limit of a pair in tokens
 */
record DemoSettings(Path data, int queries, int candidates, int maxLength) {}
