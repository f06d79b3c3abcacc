/** Options that several commands share. */
@NullMarked
package dev.flinkreranker.workbench.options;

import org.jspecify.annotations.NullMarked;
