/** The stream job in this process, as the demo and the benchmarks run it. */
package dev.flinkreranker.workbench.stream;
