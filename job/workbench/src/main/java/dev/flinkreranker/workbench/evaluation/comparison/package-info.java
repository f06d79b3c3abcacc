/** Two runs side by side: how much the order changed, and whether quality did. */
@NullMarked
package dev.flinkreranker.workbench.evaluation.comparison;

import org.jspecify.annotations.NullMarked;
