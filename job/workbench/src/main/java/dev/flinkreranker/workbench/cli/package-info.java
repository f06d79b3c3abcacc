/** The command line of a checkout. */
@NullMarked
package dev.flinkreranker.workbench.cli;

import org.jspecify.annotations.NullMarked;
