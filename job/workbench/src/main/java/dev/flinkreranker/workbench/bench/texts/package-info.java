/** The texts that benchmarks score. */
package dev.flinkreranker.workbench.bench.texts;
