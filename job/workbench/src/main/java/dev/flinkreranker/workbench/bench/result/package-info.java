/** What was measured, and how it is printed. */
@NullMarked
package dev.flinkreranker.workbench.bench.result;

import org.jspecify.annotations.NullMarked;
