/** Progress that a command shows to a person while it works. */
@NullMarked
package dev.flinkreranker.workbench.terminal;

import org.jspecify.annotations.NullMarked;
