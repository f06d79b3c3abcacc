/** What a checkpoint is and what it costs, for people and programs. */
package dev.flinkreranker.workbench.model;
