/**
 * Finds the stages of a tenant on judged requests: every candidate is scored once at every depth,
 * and all cascades are tried on these scores.
 */
@NullMarked
package dev.flinkreranker.workbench.tune;

import org.jspecify.annotations.NullMarked;
