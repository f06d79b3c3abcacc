/** Two rankings side by side: of files by judgments, of live traffic by clicks. */
@NullMarked
package dev.flinkreranker.workbench.compare;

import org.jspecify.annotations.NullMarked;
