/** Data sets with a first stage, and those that come with the project. */
@NullMarked
package dev.flinkreranker.workbench.dataset;

import org.jspecify.annotations.NullMarked;
