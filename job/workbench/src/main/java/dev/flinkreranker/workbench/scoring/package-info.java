/** Lines of pairs in, lines of scores out, in bounded memory. */
@NullMarked
package dev.flinkreranker.workbench.scoring;

import org.jspecify.annotations.NullMarked;
