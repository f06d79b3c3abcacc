/** Progress that a command shows to a person while it works. */
package dev.flinkreranker.workbench.terminal;
