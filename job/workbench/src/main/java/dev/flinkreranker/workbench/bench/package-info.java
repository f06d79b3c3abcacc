/** Benchmarks: each prints a table, and a figure that is a ratio or rate within one run. */
@NullMarked
package dev.flinkreranker.workbench.bench;

import org.jspecify.annotations.NullMarked;
