/** What is measured, and what it is measured against. */
@NullMarked
package dev.flinkreranker.workbench.bench.subject;

import org.jspecify.annotations.NullMarked;
