/**
 * The command line: one class a command, results on standard output, all else on standard error.
 */
package dev.flinkreranker.job.cli;
