/** Options that several commands share. */
package dev.flinkreranker.workbench.options;
