/** Benchmarks: each prints a table, and a figure that is a ratio or rate within one run. */
package dev.flinkreranker.workbench.bench;
