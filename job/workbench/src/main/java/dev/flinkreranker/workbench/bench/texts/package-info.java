/** The texts that benchmarks score. */
@NullMarked
package dev.flinkreranker.workbench.bench.texts;

import org.jspecify.annotations.NullMarked;
