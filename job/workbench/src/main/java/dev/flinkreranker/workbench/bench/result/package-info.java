/** What was measured, and how it is printed. */
package dev.flinkreranker.workbench.bench.result;
