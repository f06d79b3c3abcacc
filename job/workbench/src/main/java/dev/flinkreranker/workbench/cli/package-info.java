/** The command line of a checkout. */
package dev.flinkreranker.workbench.cli;
