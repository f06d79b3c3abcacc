/** What is measured, and what it is measured against. */
package dev.flinkreranker.workbench.bench.subject;
