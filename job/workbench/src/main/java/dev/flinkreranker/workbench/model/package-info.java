/** What a checkpoint is and what it costs, for people and programs. */
@NullMarked
package dev.flinkreranker.workbench.model;

import org.jspecify.annotations.NullMarked;
