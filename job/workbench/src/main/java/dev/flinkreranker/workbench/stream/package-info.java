/** The stream job in this process, as the demo and the benchmarks run it. */
@NullMarked
package dev.flinkreranker.workbench.stream;

import org.jspecify.annotations.NullMarked;
