/** Lines of pairs in, lines of scores out, in bounded memory. */
package dev.flinkreranker.workbench.scoring;
